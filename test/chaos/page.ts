/** A page with the table of a run in its place. @throws Error when the page has no place for it */
export function placeTable(page: string, table: string, name = "chaos"): string {
  const place = new RegExp(`(<!-- measured: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!place.test(page)) throw new Error(`the page has no "<!-- measured: ${name} -->" with an end`);
  return page.replace(place, (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
