import { expect, it } from "vitest";
import { clientMessageIn, pointIn } from "./client-message.ts";

it.each([
  ['{"type":"since","epoch":3,"seq":1207}', { type: "since", epoch: 3, seq: 1_207 }],
  ['{"type":"ack","bytes":65536}', { type: "ack", bytes: 65_536 }],
  ['{"type":"ack","bytes":-1}', undefined],
  ['{"type":"since","epoch":3}', undefined],
  ['{"type":"since","epoch":3,"seq":1.5}', undefined],
  ['{"type":"other"}', undefined],
  ["{", undefined],
  ["null", undefined],
  [`{"type":"ack","bytes":1,"padding":"${" ".repeat(256)}"}`, undefined],
  [new ArrayBuffer(4), undefined],
])("%j says %j", (message, said) => {
  expect(clientMessageIn(message)).toEqual(said);
});

it.each([
  ["3-1207", { epoch: 3, seq: 1_207 }],
  ["3-", undefined],
  ["3-12345678901234567", undefined],
  ["", undefined],
  [null, undefined],
])("%j is %j", (text, point) => {
  expect(pointIn(text)).toEqual(point);
});
