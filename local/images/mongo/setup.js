/*
 * Run by mongosh in the service `mongo-setup` (docker-compose.yml), at every start: makes the replica set of one if there
 * is none, waits until its member is the primary, and gives each service a user of its own in its own database. Safe to
 * repeat; a changed password or port is applied.
 */
const SERVICES = ["events", "payments", "notifications"];
/** An election of one takes a second or two. */
const PRIMARY_ATTEMPTS = 60;
const NOT_YET_INITIALIZED = 94;

const { MONGO_HOST, MONGO_PORT, MONGO_ROOT_PASSWORD } = process.env;
const password = encodeURIComponent(MONGO_ROOT_PASSWORD);
const admin = connect(
  `mongodb://root:${password}@${MONGO_HOST}:${MONGO_PORT}/admin?authSource=admin&directConnection=true`,
);
/** How the set names its member: right for the server itself, and for drivers on the host. */
const host = `127.0.0.1:${MONGO_PORT}`;

ensureSet();
waitForPrimary();
for (const service of SERVICES) ensureUser(service);
print("replica set and users are there");

function ensureSet() {
  let config;
  try {
    config = admin.adminCommand({ replSetGetConfig: 1 }).config;
  } catch (error) {
    if (error.code !== NOT_YET_INITIALIZED) throw error;
    admin.adminCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host }] } });
    return;
  }
  if (config.members.length === 1 && config.members[0].host !== host) {
    // The published port is another one now: the member does not find itself in its own set and has to be told.
    config.members[0].host = host;
    config.version += 1;
    admin.adminCommand({ replSetReconfig: config, force: true });
  }
}

function waitForPrimary() {
  for (let attempt = 0; attempt < PRIMARY_ATTEMPTS; attempt++) {
    if (admin.adminCommand({ hello: 1 }).isWritablePrimary) return;
    sleep(1_000);
  }
  throw new Error("the replica set has no primary after a minute");
}

function ensureUser(service) {
  const pwd = process.env[`MONGO_${service.toUpperCase()}_PASSWORD`];
  if (!pwd) throw new Error(`no password for the user of ${service}`);
  const database = admin.getSiblingDB(service);
  // Its own database, indexes and validators included; no other.
  const roles = [
    { role: "readWrite", db: service },
    { role: "dbAdmin", db: service },
  ];
  if (database.getUser(service) === null) database.createUser({ user: service, pwd, roles });
  else database.updateUser(service, { pwd, roles });
}
