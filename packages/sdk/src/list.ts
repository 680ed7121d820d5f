/** A query that answers in pages by key: `next` of one page is `after` of the following. */
export interface PagedQuery<Input, Item> {
  query: (input: Input, options?: { signal?: AbortSignal }) => Promise<{ items: Item[]; next: string | null }>
}

/**
 * Every item of a list, fetched page by page as the loop asks for them; `limit` is the size of a page.
 *
 *     for await (const patient of client.list(client.api.patients.list, { limit: 100 })) …
 */
export async function* list<Input extends { after?: string | undefined }, Item>(
  procedure: PagedQuery<Input, Item>,
  input: NoInfer<Input>,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<Item, void, undefined> {
  let after = input.after
  do {
    const position = after === undefined ? {} : { after }
    const page = await procedure.query({ ...input, ...position }, signal ? { signal } : {})
    yield* page.items
    after = page.next ?? undefined
  } while (after !== undefined)
}
