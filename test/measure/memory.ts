import { readFileSync } from "node:fs";

/** Bytes of resident memory. */
export interface Memory {
  processes: number;
  /** Each process's own figure, summed: what several of them share counts once for each. */
  rss: number;
  /** What several of these processes share counts once, whoever else on the machine shares it as well. */
  resident: number;
}

/** One mapping of a process, in bytes. */
interface Mapping {
  /** Names the file and the place in it; null for memory without a file. */
  file: string | null;
  rss: number;
  pss: number;
  own: number;
}

/** The resident memory of these processes together. Linux only: it is read from /proc. */
export function memoryOf(pids: readonly number[]): Memory {
  const each = pids.map(readMappings).filter((mappings) => mappings.length > 0);
  const shared = new Map<string, number>();
  let rss = 0;
  let resident = 0;
  for (const mapping of each.flat()) {
    rss += mapping.rss;
    // The system's own fair share (PSS) would do, but for files it is the smaller the more others run the same.
    if (mapping.file === null) resident += mapping.pss;
    else {
      resident += mapping.own;
      shared.set(mapping.file, Math.max(shared.get(mapping.file) ?? 0, mapping.rss - mapping.own));
    }
  }
  for (const bytes of shared.values()) resident += bytes;
  return { processes: each.length, rss, resident };
}

/** Empty for a process that has ended meanwhile. */
function readMappings(pid: number): Mapping[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/smaps`, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
  // Each mapping: a line "from-to permissions offset device inode path", then lines "Name: 12 kB".
  return text
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .filter((block) => block !== "")
    .map((block) => {
      const [range = "", , offset, device, inode] = block.split(/\s+/, 5);
      const [from, to] = range.split("-").map((address) => Number.parseInt(address, 16));
      const bytes = (name: string) =>
        Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(block)?.[1]) * 1024;
      return {
        file: inode === "0" ? null : [device, inode, offset, to! - from!].join(" "),
        rss: bytes("Rss"),
        pss: bytes("Pss"),
        own: bytes("Private_Clean") + bytes("Private_Dirty"),
      };
    });
}
