/** The fields that are given: without those whose value is undefined, so that spreading them overwrites nothing. */
export function given<Fields extends object>(
  fields: Fields,
): { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]?: Exclude<Fields[Field], undefined>
  }
}

/** Fields of which each may be left out. */
export type Given<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined }
