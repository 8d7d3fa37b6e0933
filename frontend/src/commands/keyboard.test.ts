// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Command, defineCommand } from "./define-command";
import { listenForShortcuts } from "./keyboard";

describe("the keyboard", () => {
  let ran: string[];
  let stop: () => void;
  const make = (id: string, shortcut: string, more: Partial<Command> = {}) =>
    defineCommand({ id, title: id, group: "Edit", shortcut, run: () => void ran.push(id), ...more });
  const press = (selector: string, key: string, held: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });
    document.querySelector(selector)?.dispatchEvent(event);
    return event;
  };

  beforeEach(() => {
    ran = [];
    document.body.innerHTML = `
      <input id="field"><input id="tick" type="checkbox"><button id="button"></button>
      <div role="dialog"><p id="inside"></p></div>
      <section id="canvas" data-canvas><div id="card" tabindex="0"></div></section>`;
    stop = listenForShortcuts([
      make("delete", "Delete"),
      make("save", "Mod+S", { whileTyping: true }),
      make("add", "Tab"),
      make("copy", "Mod+C", { isNative: true }),
      make("off", "F", { enabled: () => false }),
    ]);
  });
  afterEach(() => stop());

  it("runs a command and keeps the key from the browser", () => {
    expect(press("#card", "Delete").defaultPrevented).toBe(true);
    expect(ran).toEqual(["delete"]);
  });

  it("leaves keys to whoever types, and to dialogs", () => {
    expect(press("#field", "Delete").defaultPrevented).toBe(false);
    press("#inside", "Delete");
    expect(ran).toEqual([]);
    press("#tick", "Delete");
    press("#field", "s", { ctrlKey: true });
    expect(ran).toEqual(["delete", "save"]);
  });

  it("gives Tab another meaning on the bare canvas only", () => {
    press("#button", "Tab");
    press("#card", "Tab");
    expect(ran).toEqual([]);
    press("#canvas", "Tab");
    expect(ran).toEqual(["add"]);
  });

  it("leaves copying to the browser's own event, and what cannot be done alone", () => {
    expect(press("#card", "c", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(press("#card", "f").defaultPrevented).toBe(false);
    expect(ran).toEqual([]);
  });
});
