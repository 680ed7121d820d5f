import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** SQLSTATE of a rehearsal that came to its end. */
const rehearsed = 'RH001'

/**
 * Makes a database on which changes can be rehearsed: whatever is asked for under a request id that `rehearsalId` made
 * does all of its work, asks for leave among it, and comes to nothing where it would join the audit log, which is last.
 * So every change can be tried on the same state, by everybody.
 */
export async function allowRehearsals(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`
    create function undo_rehearsal() returns trigger language plpgsql as $$
      begin
        if new.request_id like 'rehearsal-%' then
          raise exception 'a rehearsal' using errcode = '${rehearsed}';
        end if;
        return new;
      end $$;
    create trigger undo_rehearsal before insert on audit_entry for each row execute function undo_rehearsal()`)
  await client.end()
}

export function rehearsalId(): string {
  return `rehearsal-${randomBytes(9).toString('hex')}`
}

/** What went wrong on the server's side, of the lines it logged, rehearsals aside. */
export function defectsIn(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { procedure, route, error } = JSON.parse(line) as LoggedFailure
      return error === undefined || error.code === rehearsed ? [] : [`${procedure ?? route}: ${JSON.stringify(error)}`]
    })
}

interface LoggedFailure {
  procedure?: string
  route?: string
  error?: { code?: string }
}
