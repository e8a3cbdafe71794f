import { expect, it } from "vitest";
import { portNumber, required, wholeNumber } from "./environment.ts";

it("gives what is set", () => {
  expect(required({ DATA_DIR: "data" }, "DATA_DIR")).toBe("data");
  expect(portNumber({ PORT: "65535" })).toBe(65_535);
  expect(wholeNumber({ SIZE: "3" }, "SIZE", { min: 1, max: 3, fallback: 2 })).toBe(3);
  expect(wholeNumber({}, "SIZE", { min: 1, max: 3, fallback: 2 })).toBe(2);
});

it.each([{}, { PORT: "" }])("names what is missing in %o", (env) => {
  expect(() => required(env, "PORT")).toThrow("PORT is not set");
  expect(() => portNumber(env)).toThrow("PORT is not set");
});

it.each(["0", "4", "-1", "2.5", "0x2", "1e0", " 2", "two", "9".repeat(20)])(
  "refuses the number %o",
  (SIZE) => {
    expect(() => wholeNumber({ SIZE }, "SIZE", { min: 1, max: 3 })).toThrow(
      "SIZE must be a whole number from 1 to 3",
    );
  },
);
