// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import type { JsonSchema } from "../graph/types";
import { SettingField } from "./setting-field";

const units: JsonSchema = { type: "integer", title: "Units", description: "How many.", minimum: 1 };
const shape: JsonSchema = { type: "array", items: { type: "integer", minimum: 1 }, "x-control": "shape" };

let values: unknown[] = [];

function Harness({ schema, start }: { schema: JsonSchema; start: unknown }) {
  const [value, setValue] = useState(start);
  return (
    <>
      <SettingField
        name="setting"
        schema={schema}
        root={schema}
        value={value}
        defaultValue={start}
        onChange={(next) => {
          values.push(next);
          setValue(next);
        }}
        onDone={() => {}}
      />
      <button type="button" onClick={() => setValue(start)}>
        Undo
      </button>
    </>
  );
}

const show = (schema: JsonSchema, start: unknown) => {
  values = [];
  render(<Harness schema={schema} start={start} />);
  return screen.getByTestId<HTMLInputElement>("field-setting");
};
const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

describe("a setting's field", () => {
  afterEach(cleanup);

  it("takes effect with every legal value, and never with another", () => {
    const field = show(units, 10);
    type(field, "1");
    type(field, "12");
    type(field, "");
    type(field, "0");
    type(field, "1e2");
    expect(values).toEqual([1, 12, 100]);
  });

  it("keeps what was typed wrongly, says what is right, and gives it up on Esc", () => {
    const field = show(units, 10);
    type(field, "ten");
    fireEvent.blur(field);
    expect(field.value).toBe("ten");
    expect(screen.getByRole("alert").textContent).toContain("A number is needed");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    fireEvent.keyDown(field, { key: "Escape" });
    expect(field.value).toBe("10");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("steps with the arrow keys, ten at a time with Shift, and not past the end", () => {
    const field = show(units, 10);
    fireEvent.keyDown(field, { key: "ArrowUp" });
    fireEvent.keyDown(field, { key: "ArrowUp", shiftKey: true });
    expect(values).toEqual([11, 21]);
    type(field, "1");
    fireEvent.keyDown(field, { key: "ArrowDown" });
    expect(values).toEqual([11, 21, 1]);
  });

  it("shows what undo brought back", () => {
    const field = show(shape, [3, 32]);
    type(field, "3, 64");
    fireEvent.click(screen.getByText("Undo"));
    expect(field.value).toBe("3, 32");
  });

  it("keeps the way a list was typed, and offers the way back to the default", () => {
    const field = show(shape, [3, 32]);
    type(field, "(3,64)");
    expect(field.value).toBe("(3,64)");
    expect(values).toEqual([[3, 64]]);
    fireEvent.click(screen.getByLabelText("Back to the default"));
    expect(values.at(-1)).toEqual([3, 32]);
  });
});
