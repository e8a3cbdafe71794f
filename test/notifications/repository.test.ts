import { describeNotifications } from "../../workers/notifications/src/repositories/notifications.contract.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describeNotifications("MongoDB", () => world().empty());
