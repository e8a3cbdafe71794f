import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeOnce } from "./cache.ts";
import { InstallError, output, outputOrNone } from "./command.ts";

/** Apache Kafka's release; from 4.0 on there is KRaft only, and the broker wants Java 17. */
export const KAFKA_VERSION = "4.1.2";
const OLDEST_JAVA = 17;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ticketflow</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <!-- Without one the broker logs nothing. The version of the API among Kafka's own. -->
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** The folder with the broker's jars, as they are published. @throws InstallError */
export async function kafkaJars(): Promise<string> {
  await ensureJava();
  const dir = await madeOnce(`kafka-${KAFKA_VERSION}-logging`, async (made) => {
    const work = join(made, "work");
    mkdirSync(work);
    writeFileSync(join(work, "pom.xml"), POM);
    const copy = ["dependency:copy-dependencies", `-DoutputDirectory=${join(made, "lib")}`];
    await output("mvn", ["-B", "-q", ...copy, "-DincludeScope=runtime"], { cwd: work });
    rmSync(work, { recursive: true });
  });
  return join(dir, "lib");
}

/** What `java` says it is. */
export async function javaVersion(): Promise<string | undefined> {
  const said = await outputOrNone("java", ["--version"]);
  return /\d+(?:\.\d+)*/.exec(said ?? "")?.[0];
}

/** Java and Maven are tools and no services: as root they are installed where they are missing. */
async function ensureJava(): Promise<void> {
  const isThere = async () =>
    Number.parseInt((await javaVersion()) ?? "0", 10) >= OLDEST_JAVA &&
    (await outputOrNone("mvn", ["--version"])) !== undefined;
  if (await isThere()) return;
  const packages = [`openjdk-${OLDEST_JAVA}-jre-headless`, "maven"];
  if (process.getuid?.() === 0) {
    await output("apt-get", ["update"]);
    await output("apt-get", ["install", "-y", "--no-install-recommends", ...packages]);
  }
  if (!(await isThere()))
    throw new InstallError(`Java ${OLDEST_JAVA} and Maven are needed: apt-get install ${packages.join(" ")}`);
}
