import { MAX_PLACES } from "./contracts/places.ts";
import { Problem } from "./errors/problem.ts";

/** What a buyer asks for: seats by their ids, and places of areas. */
export interface WantedPlaces {
  seatIds?: string[] | undefined;
  generalAdmission?: { name: string; quantity: number }[] | undefined;
}

/** @throws Problem INVALID_SEAT_COUNT, VALIDATION_ERROR where nobody could have these places */
export function checkPlaces({ seatIds = [], generalAdmission = [] }: WantedPlaces): void {
  const places = seatIds.length + generalAdmission.reduce((sum, { quantity }) => sum + quantity, 0);
  if (places < 1 || places > MAX_PLACES) throw new Problem("INVALID_SEAT_COUNT", `You asked for ${places}`);
  const twice = seatIds.findIndex((seatId, n) => seatIds.indexOf(seatId) !== n);
  if (twice >= 0) {
    throw new Problem("VALIDATION_ERROR", undefined, [{ path: `seatIds.${twice}`, message: "a seat twice" }]);
  }
  const areas = generalAdmission.map(({ name }) => name);
  const again = areas.findIndex((name, n) => areas.indexOf(name) !== n);
  if (again >= 0) {
    const errors = [{ path: `generalAdmission.${again}.name`, message: "an area twice" }];
    throw new Problem("VALIDATION_ERROR", undefined, errors);
  }
}
