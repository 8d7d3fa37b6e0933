import { CloudOff } from "lucide-react";
import { type ComponentType, useEffect, useState } from "react";
import { Button } from "./button";
import styles from "./deferred.module.css";
import { EmptyState } from "./empty-state";
import { Spinner } from "./spinner";

/**
 * A part of the page whose code is loaded when it is first shown. `what` names it while that lasts, and where it fails:
 * `load` is then asked again, as often as the person wants.
 */
export function deferred<Props extends object>(
  what: string,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  return function Deferred(props: Props) {
    const [Part, setPart] = useState(() => known);
    const [hasFailed, setFailed] = useState(false);
    const [attempt, setAttempt] = useState(0);

    // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads it again.
    useEffect(() => {
      if (known !== null) return;
      let isWanted = true;
      setFailed(false);
      load().then(
        (loaded) => {
          known = loaded;
          if (isWanted) setPart(() => loaded);
        },
        () => isWanted && setFailed(true),
      );
      return () => {
        isWanted = false;
      };
    }, [attempt]);

    if (Part !== null) return <Part {...props} />;
    if (!hasFailed) {
      return (
        <div className={styles.waiting}>
          <Spinner>Loading {what}</Spinner>
        </div>
      );
    }
    return (
      <EmptyState
        icon={CloudOff}
        title={`Loading ${what} failed`}
        actions={
          <>
            <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>
            <Button onClick={() => location.reload()}>Reload the page</Button>
          </>
        }
      >
        The server does not answer, or is another version by now: then reload. Your work is kept.
      </EmptyState>
    );
  };
}
