import { MongoFailure } from "../errors.ts";
import { compileFilter } from "../matching/filter.ts";
import type { Collection } from "../storage/collection.ts";
import { type Doc, encode, viewOf } from "../wire/values.ts";
import { docOf, flagOf, stringOf } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";

const OPTIONS = new Set(["validator", "validationLevel", "validationAction"]);
/** Fields any command may have, which are not options of the collection. */
const GENERIC = new Set(["writeConcern", "readConcern", "comment", "maxTimeMS", "lsid", "txnNumber"]);

/** Reads validation options; others (capped, timeseries, views) are refused rather than dropped. */
function collectionOptions(body: Doc, command: string): Doc {
  const options: Doc = {};
  for (const [name, value] of Object.entries(body)) {
    if (OPTIONS.has(name)) options[name] = value;
    else if (name !== command && !GENERIC.has(name) && !name.startsWith("$")) {
      throw new MongoFailure(238, `${command} option '${name}' is not supported by this server`);
    }
  }
  return options;
}

/** https://www.mongodb.com/docs/manual/reference/command/create/ */
function create({ server, db, body }: CommandContext): Doc {
  server.catalog.create(db, stringOf(body, "create"), collectionOptions(body, "create"));
  return {};
}

/** https://www.mongodb.com/docs/manual/reference/command/collMod/ */
function collMod({ server, db, body }: CommandContext): Doc {
  const collection = server.catalog.find(db, stringOf(body, "collMod"));
  if (!collection) throw new MongoFailure(26, "ns does not exist");
  collection.setOptions({ ...collection.options, ...collectionOptions(body, "collMod") });
  return {};
}

/** https://www.mongodb.com/docs/manual/reference/command/drop/ (of nothing it succeeds, as since 7.0) */
function drop({ server, db, body }: CommandContext): Doc {
  const collection = server.catalog.find(db, stringOf(body, "drop"));
  if (!collection) return {};
  server.catalog.drop(collection);
  return { nIndexesWas: collection.indexes.size, ns: collection.namespace };
}

function dropDatabase({ server, db }: CommandContext): Doc {
  for (const collection of server.catalog.list(db)) server.catalog.drop(collection);
  return { dropped: db };
}

/** https://www.mongodb.com/docs/manual/reference/command/listCollections/ */
function listCollections({ server, db, body }: CommandContext): Doc {
  const matches = compileFilter(docOf(body, "filter"));
  const nameOnly = flagOf(body, "nameOnly");
  const described = server.catalog.list(db).map((collection) => describe(collection, nameOnly));
  const encoded = described.filter((info) => matches(viewOf(info))).map((info) => encode(info));
  return server.cursors.open(`${db}.$cmd.listCollections`, encoded, encoded.length, false);
}

function describe(collection: Collection, nameOnly: boolean): Doc {
  const brief = { name: collection.name, type: "collection" };
  if (nameOnly) return brief;
  return {
    ...brief,
    options: collection.options,
    info: { readOnly: false },
    idIndex: collection.indexes.get("_id_")?.spec,
  };
}

export const COLLECTIONS: Commands = {
  create: { run: create, access: "database", on: "primary" },
  collMod: { run: collMod, access: "database", on: "primary" },
  drop: { run: drop, access: "database", on: "primary" },
  dropDatabase: { run: dropDatabase, access: "database", on: "primary" },
  listCollections: { run: listCollections, access: "database", on: "readable" },
};
