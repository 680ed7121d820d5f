/** Who asks for passkeys, as browsers know it. */
export interface RelyingParty {
  /** A host name; passkeys are bound to it. */
  id: string
  /** Of the pages that may use them. */
  origins: readonly string[]
}
