import type { Doc } from "../wire/values.ts";
import type { ConcretePath } from "./paths.ts";

/** What an operator may know beside the document: the time (epoch ms), and whether an upsert is inserting. */
export type OperatorContext = { now: number; inserting: boolean };

/** Changes one concrete path of an exact document. */
export type Operator = (root: Doc, path: ConcretePath, operand: unknown, context: OperatorContext) => void;
