/** Questions that other services have for inventory. Never used to move a saga forward. */
export interface InventoryRpc {
  /** Whether no place of the event can be locked any more: its map was closed, for good. */
  isClosed(eventId: string): Promise<boolean>;
}
