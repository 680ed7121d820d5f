/** The ceiling of a request: Fastify with nothing of ours, in a process of its own. `node bare-server.ts PORT DATABASE_URL` */
import Fastify from 'fastify'
import pg from 'pg'

const [, , port, url, hospitalId] = process.argv
const pool = new pg.Pool({ connectionString: url, max: 10 })
const app = Fastify()

app.get('/trivial', async () => ({ result: { data: { pong: true } } }))
// The statement that `patients.list` runs for an administrator, by the same name, on a pool of the same size.
app.get('/patients', async () => {
  const { rows } = await pool.query({
    name: 'patients_list_hospital',
    text: `select p.id, r.mrn, p.given_name "givenName", p.family_name "familyName", p.birth_date "birthDate", p.sex,
             a.ward_id "wardId", w.name "wardName", a.bed, a.admitted_at "admittedAt", r.id cursor
             from registration r join patient p on p.id = r.patient_id
             left join admission a on a.patient_id = p.id and a.hospital_id = r.hospital_id and a.status = 'admitted'
             left join ward w on w.id = a.ward_id
            where r.hospital_id = $3 and r.removed_at is null and r.id > $1 order by r.id limit $2`,
    values: ['00000000-0000-0000-0000-000000000000', 21, hospitalId],
  })
  return { result: { data: { items: rows.slice(0, 20), next: rows[19]?.cursor ?? null } } }
})

await app.listen({ host: '127.0.0.1', port: Number(port) })
process.once('SIGTERM', () => process.exit(0))
