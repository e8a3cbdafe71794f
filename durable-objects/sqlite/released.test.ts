import { describe, expect, it } from "vitest";
import { AUDITOR_SCHEMA } from "../auditor/sqlite-store.ts";
import { CONSUMER_SCHEMA } from "../event-consumer/sqlite-store.ts";
import { RATE_LIMITER_SCHEMA } from "../rate-limiter/schema.ts";
import { SEAT_MAP_SCHEMA } from "../seat-map/storage/migrations.ts";
import { checksumsOf, type Schema } from "./migrate.ts";

/**
 * The steps that were released, by their checksums: objects exist that have applied them, and refuse to start over
 * another text. Add a line for a new step; never change one.
 */
const RELEASED: [Schema, string[]][] = [
  [
    SEAT_MAP_SCHEMA,
    [
      "b83d90b01b4d4269b6b6b02e12032cbcd022466229657c769df5abd35b1df21d",
      "e387258eb812be24596fb82e142014d29933849d6ac2b7cab23b3e475282b9c5",
      "6232ac33e88f137eeeb437838f34b7d7e5ad500d8255e2ab92902ee240943dc3",
      "9ce1ce74f691182918a87e9ea968b32772b1594baaa77e8f0369f260d114934e",
      "5445aafcb1bf27df43a1f3dcfdec2de07a78b511702854e9c1f78979a2a630d0",
      "9a5b61b8198dd094765affff5ed3f189a82669cddd59f211e1b99386c434d3bb",
    ],
  ],
  [
    AUDITOR_SCHEMA,
    [
      "94df6009defb773688ff743314ed6bd6d834d3786226630c787d9eca1c4611d6",
      "f6e70cbae570f9d1be939e58003c8442abaddc4e616cccfcaf60c92bd708cd20",
      "d85e7722098341e1d0f4001fd4c3a6a524bbf11189e2c70a0025a2348598f807",
    ],
  ],
  [
    CONSUMER_SCHEMA,
    [
      "ea9282dcbb5944554e581621440baaaead13fc2446070b9c74d2b753c9b3d2f5",
      "58521390288b6c974f3df554f609e812d8048a0b521df17e066f245c766ccb69",
    ],
  ],
  [RATE_LIMITER_SCHEMA, ["22278629c8d0ef7ac3d8a81bcf82f5797d470946d6fe279644e06665e29c5ef0"]],
];

describe("steps that were released", () => {
  it.each(RELEASED.map(([schema, released]) => [schema.of, schema, released] as const))(
    "of %s are as they were, and every new one is here",
    (_, schema, released) => {
      expect(checksumsOf(schema.steps)).toEqual(released);
    },
  );
});
