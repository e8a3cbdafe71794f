import { expect, it } from "vitest";
import { parsePlan } from "./parse.ts";

/**
 * One plan with every field that pretix's schema 0.0.1 allows, so that what its editor saves loads as it is:
 * https://github.com/pretix/pretix/blob/b287f870b159379b5c4363a6252f9bc5589dd5c0/src/pretix/static/seating/seating-plan.schema.json
 */
const editorPlan = {
  name: "Hall",
  categories: [{ name: "Stalls", color: "#7f4a91" }, { name: "Circle" }],
  size: { width: 1000, height: 800 },
  zones: [
    {
      name: "Ground floor",
      zone_id: "Ground floor",
      uuid: "71bc8d6b-6b3c-4ac9-9f1f-6bd0c6d0b6a1",
      position: { x: 10.5, y: 20 },
      rows: [
        {
          row_number: "1",
          row_label: "Row 1",
          seat_label: "Seat %s",
          uuid: "b1b95a23-6f5b-47cf-9d06-b1b4efb1c1f8",
          row_number_position: "both",
          position: { x: 0, y: 0.25 },
          seats: [
            {
              seat_guid: "Ground floor-1-1",
              seat_number: "1",
              uuid: "7d2a6a24-2c79-4b07-9d5f-8a3f1e7f5a52",
              start_direction: "<>",
              radius: 10,
              position: { x: 0, y: 0 },
              category: "Stalls",
            },
            {
              seat_guid: "Ground floor-1-2",
              seat_number: "2",
              start_direction: null,
              position: { x: 25.125, y: -3.5 },
              category: "Circle",
            },
          ],
        },
        { row_number: "2", row_label: null, seat_label: null, row_number_position: null, seats: [] },
      ],
      areas: [
        {
          color: "#cccccc",
          border_color: "#000000",
          rotation: 22.5,
          position: { x: 1, y: 2 },
          uuid: "f1a3a3f0-7ec8-4f0f-8d3c-0f6a4f0a8c11",
          shape: "polygon",
          polygon: {
            points: [
              { x: 0, y: 0 },
              { x: 5.5, y: 0 },
              { x: 0, y: 5 },
            ],
          },
        },
        { shape: "rectangle", rectangle: { width: 10, height: 20 } },
        { shape: "ellipse", ellipse: { radius: { x: 3.5, y: 4 } } },
        { shape: "circle", circle: { radius: 7 } },
        { shape: "text", text: { text: "Stage", color: "#333", size: 16, position: { x: 0, y: 0 } } },
      ],
    },
  ],
};

/** An area and a zone as the first form of the same version had them:
 * https://github.com/pretix/pretix/blob/063f323ff1858a495a0db459144c9b306ecbe31a/src/pretix/static/seating/seating-plan.schema.json */
const olderZone = {
  name: "Balcony",
  displayed: true,
  position: { x: 0, y: 0 },
  rows: [],
  areas: [{ width: 10, height: 5, position: { x: 1, y: 2 }, rotation: 90, text: "Bar", color: "red" }],
};

it("takes all that the editor writes, and keeps it", () => {
  expect(parsePlan(editorPlan)).toEqual({ ok: true, plan: editorPlan, ignored: [] });
});

it("takes the older form, and says what it has no use for", () => {
  const rows = [
    { row_number: "1", number_of_seats: 1, seats_spacing: 5, seats: editorPlan.zones[0]!.rows[0]!.seats },
  ];
  expect(parsePlan({ ...editorPlan, zones: [{ ...olderZone, rows }] })).toMatchObject({
    ok: true,
    plan: { zones: [{ ...olderZone, rows: [{ row_number: "1" }] }] },
    ignored: ["zones[].rows[].number_of_seats", "zones[].rows[].seats_spacing"],
  });
});
