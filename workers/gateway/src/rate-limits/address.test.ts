import { expect, it } from "vitest";
import { networkOf } from "./address.ts";

it.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
  ["64:ff9b:1:2:3:4:1.2.3.4", "64:ff9b:1:2::/64"],
  ["", "unknown"],
  ["localhost", "unknown"],
  ["fe80::1%eth0", "unknown"],
  ["203.0.113.7, 198.51.100.1", "unknown"],
  ["1:2:3", "unknown"],
])("%j is a client of %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
