import { Link } from "wouter";
import styles from "./app.module.css";

export function Brand() {
  return (
    <Link href="/" className={styles.brand} aria-label="Wiregrad: start page" data-testid="brand">
      <svg aria-hidden="true" viewBox="0 0 32 32" width="22" height="22">
        <path
          d="M8 23 C 15 23, 12 9, 24 9"
          fill="none"
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
        />
        <circle cx="7.5" cy="23" r="4" fill="currentColor" />
        <circle cx="24.5" cy="9" r="4" fill="currentColor" />
      </svg>
    </Link>
  );
}
