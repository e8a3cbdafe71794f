import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { needs } from "../support/lacks.ts";
import { codeOf, type Row, useMongo } from "./support/world.ts";

const t = useMongo();

const STAGES = "https://www.mongodb.com/docs/manual/reference/operator/aggregation-pipeline/";
const COMMAND = "https://www.mongodb.com/docs/manual/reference/command/aggregate/";
const LOOKUP = "https://www.mongodb.com/docs/manual/reference/operator/aggregation/lookup/";

const EVENTS: Row[] = [
  { _id: 1, venueId: "v1", tier: "A", price: 10, tags: ["x", "y"] },
  { _id: 2, venueId: "v1", tier: "B", price: 20, tags: ["y"] },
  { _id: 3, venueId: null, tier: "A", price: 30 },
];

conforms.each(
  STAGES,
  [
    [
      "$match, $group and $sort",
      [
        { $match: { price: { $gte: 10 } } },
        { $group: { _id: "$tier", sum: { $sum: "$price" }, most: { $max: "$price" } } },
        { $sort: { _id: 1 } },
      ],
      [
        { _id: "A", sum: 40, most: 30 },
        { _id: "B", sum: 20, most: 20 },
      ],
      "aggregation-operators",
    ],
    ["$count", [{ $match: { tier: "A" } }, { $count: "n" }], [{ n: 2 }]],
    [
      "$unwind and $sortByCount",
      [{ $unwind: "$tags" }, { $sortByCount: "$tags" }],
      [
        { _id: "y", count: 2 },
        { _id: "x", count: 1 },
      ],
      "aggregation-operators",
    ],
    [
      "$skip, $limit and $project",
      [
        { $sort: { price: -1 } },
        { $skip: 1 },
        { $limit: 1 },
        { $project: { _id: 0, twice: { $multiply: ["$price", 2] } } },
      ],
      [{ twice: 40 }],
      "aggregation-operators",
    ],
    [
      "$facet",
      [
        {
          $facet: {
            a: [{ $match: { tier: "A" } }, { $count: "n" }],
            top: [{ $sort: { price: -1 } }, { $limit: 1 }, { $project: { price: 1 } }],
          },
        },
      ],
      [{ a: [{ n: 2 }], top: [{ _id: 3, price: 30 }] }],
      "aggregation-operators",
    ],
    [
      "$set, $unset and $replaceWith",
      [
        { $match: { _id: 1 } },
        { $set: { total: { $add: ["$price", 1] } } },
        { $unset: ["tags", "venueId"] },
        { $replaceWith: { t: "$total", tier: "$tier" } },
      ],
      [{ t: 11, tier: "A" }],
      "aggregation-operators",
    ],
  ] as const,
  ([name]) => name,
  async ([, pipeline, expected, feature]) => {
    if (feature) needs(feature);
    const rows = await t.rows(...EVENTS);
    expect(await rows.aggregate(pipeline as unknown as object[]).toArray()).toEqual(expected);
  },
);

conforms(LOOKUP, "$lookup brings in another collection's documents", async () => {
  needs("aggregation-operators");
  const [rows, venues] = [await t.rows(...EVENTS), await t.rows({ _id: "v1", name: "Opera" })];
  const found = await rows
    .aggregate([
      { $sort: { _id: 1 } },
      { $lookup: { from: venues.collectionName, localField: "venueId", foreignField: "_id", as: "venue" } },
      { $project: { "venue.name": 1 } },
    ])
    .toArray();
  expect(found).toEqual([
    { _id: 1, venue: [{ name: "Opera" }] },
    { _id: 2, venue: [{ name: "Opera" }] },
    { _id: 3, venue: [] },
  ]);
});

conforms(COMMAND, "answers in batches, and nothing of a collection that there is not", async () => {
  const rows = await t.rows(...Array.from({ length: 120 }, (_, _id) => ({ _id })));
  const found = await rows.aggregate([{ $sort: { _id: -1 } }], { batchSize: 25 }).toArray();
  expect(found).toHaveLength(120);
  expect(await (await t.rows()).aggregate([{ $match: {} }]).toArray()).toEqual([]);
});

refuses.each(
  COMMAND,
  [
    ["a stage that there is not", [{ $foo: {} }], 40324, "aggregation-error-codes"],
    ["a stage with two names", [{ $match: {}, $limit: 1 }], 40323],
    ["an operator of $match that there is not", [{ $match: { a: { $foo: 1 } } }], 2],
    ["an expression that there is not", [{ $project: { a: { $foo: 1 } } }], 168, "aggregation-error-codes"],
  ] as const,
  ([name]) => name,
  async ([, pipeline, code, feature]) => {
    if (feature) needs(feature);
    const rows = await t.rows(...EVENTS);
    expect(await codeOf(rows.aggregate(pipeline as unknown as object[]).toArray())).toBe(code);
  },
);

refuses(COMMAND, "a pipeline that is no list", async () => {
  expect(await codeOf(t.db.command({ aggregate: "rows", pipeline: 1, cursor: {} }))).toBe(14);
});
