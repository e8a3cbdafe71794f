import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeProcess, isRunning } from "./process-identity.mjs";

/*
 * Who is running out of node_modules right now. The records lie outside node_modules, which an install wipes, and
 * outside the data folder, of which one checkout may have several.
 */

const usersFolder = (stateDir) => join(stateDir, "users");

/** Registers this process as a user of the tree. Processes that it starts are added to the same record. */
export function registerUser(stateDir, command) {
  mkdirSync(usersFolder(stateDir), { recursive: true });
  const file = join(usersFolder(stateDir), String(process.pid));
  const user = { command, since: new Date().toISOString(), processes: [] };
  const addProcess = (pid) => {
    const record = describeProcess(pid);
    if (record === null) return;
    user.processes.push(record);
    writeFileSync(file, JSON.stringify(user));
  };
  addProcess(process.pid);
  return { addProcess, unregister: () => rmSync(file, { force: true }) };
}

function readUser(file) {
  try {
    const user = JSON.parse(readFileSync(file, "utf8"));
    return { ...user, processes: user.processes.filter(isRunning) };
  } catch {
    return { processes: [] };
  }
}

/** The living users, each as { command, since, processes }; records of processes that have ended are removed. */
export function livingUsers(stateDir) {
  mkdirSync(usersFolder(stateDir), { recursive: true });
  const living = [];
  for (const name of readdirSync(usersFolder(stateDir))) {
    const file = join(usersFolder(stateDir), name);
    const user = readUser(file);
    if (user.processes.length > 0) living.push(user);
    else rmSync(file, { force: true });
  }
  return living;
}
