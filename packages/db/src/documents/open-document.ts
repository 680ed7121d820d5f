import { transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { limitedByAddress } from '../limits/limit-address.ts'
import { documentPlace } from './document-link.ts'
import { secretTokenHash } from '../kernel/secret-token.ts'

export interface OpenedDocument {
  bytes: Buffer
  contentType: string
  fileName: string
}

/** Birth dates that may be wrong before the link is dead for good. */
const mostWrongDates = 5

/**
 * Opens a document by its link and the patient's birth date, without a session. A token that is none, one that has run out,
 * was used up or taken back, and a wrong date all answer the same; five wrong dates end the link. Guesses at one link take
 * turns, and every opening and every wrong date is on record.
 *
 * @throws DomainError `not_found`, `too_many`
 */
export function openDocument(
  ctx: Ctx,
  { token, birthDate }: { token: string; birthDate: string },
): Promise<OpenedDocument> {
  return limitedByAddress(ctx, 'document-open', async () => {
    const opened = await attempt(ctx, { token, birthDate })
    // Not within: a wrong date that is refused by an error would leave no trace.
    if (!opened) throw notFound('document')
    return opened
  })
}

interface Link {
  id: string
  hospitalId: string
  patientId: string
  birthDate: string
  content: Buffer
  contentType: string
  fileName: string
}

function attempt(ctx: Ctx, { token, birthDate }: { token: string; birthDate: string }): Promise<OpenedDocument | null> {
  return transactAsSystem(ctx, async (tx) => {
    const [link] = await tx.sql<Link>({
      text: `select d.id, d.hospital_id "hospitalId", d.patient_id "patientId", p.birth_date::text "birthDate", d.content,
                    d.content_type "contentType", d.file_name "fileName"
               from sent_document d join patient p on p.id = d.patient_id
              where d.token_hash = $1 and d.expires_at > $2 and d.revoked_at is null and d.uses < d.most_uses
                and d.content is not null
                and exists (select 1 from registration r where r.hospital_id = d.hospital_id
                               and r.patient_id = d.patient_id and r.removed_at is null)
                for update of d`,
      values: [secretTokenHash(token), ctx.now()],
    })
    if (!link) return null
    const { id, hospitalId, patientId, content, contentType, fileName } = link
    const isRight = link.birthDate === birthDate
    await tx.sql(isRight ? opening(id) : refusal(id, ctx.now()))
    tx.audit({
      hospitalId,
      action: isRight ? 'document.open' : 'document.wrong-date',
      resource: { type: 'document', id },
      patientIds: [patientId],
    })
    if (!isRight) return null
    return { bytes: ctx.db.keys.decryptBytes(content, documentPlace(id, 'content')), contentType, fileName }
  })
}

const opening = (id: string) => ({ text: 'update sent_document set uses = uses + 1 where id = $1', values: [id] })

const refusal = (id: string, at: Date) => ({
  text: `update sent_document set wrong_dates = wrong_dates + 1,
                revoked_at = case when wrong_dates + 1 >= $2 then $3::timestamptz end,
                revoked_by = case when wrong_dates + 1 >= $2 then 'wrong-dates' end,
                content = case when wrong_dates + 1 >= $2 then null else content end
          where id = $1`,
  values: [id, mostWrongDates, at],
})
