// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { deferred } from "./deferred";

afterEach(cleanup);

const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>;

it("says what it waits for, shows it with its properties, and asks no second time", async () => {
  let asked = 0;
  const Part = deferred("the greeting", () => {
    asked += 1;
    return Promise.resolve(Greeting);
  });
  const shown = render(<Part name="you" />);
  expect(screen.getByRole("status").textContent).toBe("Loading the greeting");
  await screen.findByText("Hello you");
  shown.unmount();
  render(<Part name="again" />);
  expect(screen.getByText("Hello again")).toBeTruthy();
  expect(asked).toBe(1);
});

it("says when loading failed, and tries again", async () => {
  const answers = [Promise.reject(new TypeError("no server")), Promise.resolve(Greeting)];
  const Part = deferred("the greeting", () => answers.shift() ?? Promise.resolve(Greeting));
  render(<Part name="you" />);
  await screen.findByText("Loading the greeting failed");
  fireEvent.click(screen.getByText("Try again"));
  await screen.findByText("Hello you");
});
