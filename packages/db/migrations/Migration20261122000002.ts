import { Migration } from '@mikro-orm/migrations'

/** What the schema differ does not draw: foreign keys between domains, partitions, append-only tables, resume columns. */
export class Migration20261122000002 extends Migration {
  override name = 'Migration20261122000002'

  override up(): void {
    this.addSql('create extension if not exists btree_gist')
    this.addSql('create extension if not exists pg_trgm')
    this.foreignKeys()
    this.vitals()
    this.events()
    this.appendOnly()
    this.addSql(`create index patient_name_trgm on patient using gin ((given_name || ' ' || family_name) gin_trgm_ops)`)
    this.addSql(`create index registration_list_idx on registration (hospital_id, patient_id) where removed_at is null`)
    // One set of limits per vital sign, level and patient at any moment; the hospital's default counts as one patient.
    this.addSql(`alter table threshold add constraint threshold_span_ex exclude using gist (
      hospital_id with =, parameter with =, level with =,
      coalesce(patient_id, '00000000-0000-0000-0000-000000000000'::uuid) with =,
      tstzrange(effective_from, effective_until) with &&)`)
  }

  private foreignKeys(): void {
    const references: [table: string, column: string, target: string][] = [
      ['ward', 'hospital_id', 'hospital'],
      ['session', 'user_id', 'app_user'],
      ['membership', 'hospital_id', 'hospital'],
      ['membership', 'user_id', 'app_user'],
      ['invitation', 'hospital_id', 'hospital'],
      ['patient_access', 'user_id', 'app_user'],
      ['patient_access', 'patient_id', 'patient'],
      ['registration', 'hospital_id', 'hospital'],
      ['registration', 'patient_id', 'patient'],
      ['admission', 'hospital_id', 'hospital'],
      ['admission', 'patient_id', 'patient'],
      ['admission', 'ward_id', 'ward'],
      ['admission_move', 'admission_id', 'admission'],
      ['admission_move', 'ward_id', 'ward'],
      ['care_team_member', 'hospital_id', 'hospital'],
      ['care_team_member', 'membership_id', 'membership'],
      ['care_team_member', 'patient_id', 'patient'],
      ['care_team_member', 'ward_id', 'ward'],
      ['device', 'hospital_id', 'hospital'],
      ['device_assignment', 'device_id', 'device'],
      ['device_assignment', 'patient_id', 'patient'],
      ['alarm', 'hospital_id', 'hospital'],
      ['alarm', 'patient_id', 'patient'],
      ['alarm', 'admission_id', 'admission'],
      ['threshold', 'hospital_id', 'hospital'],
      ['threshold', 'patient_id', 'patient'],
    ]
    for (const [table, column, target] of references) {
      this.addSql(
        `alter table ${table} add constraint ${table}_${column}_fk foreign key (${column}) references ${target} (id)`,
      )
    }
  }

  private vitals(): void {
    // One row per admitted patient: what the bedside knows now. Ingest locks it, so it is also the admission check.
    // Half-filled pages keep its updates on the page (HOT); no index covers a column that ingest changes.
    this.addSql(`create table patient_monitor (
      patient_id uuid primary key references patient (id),
      hospital_id uuid not null references hospital (id),
      admission_id uuid not null references admission (id),
      ward_id uuid not null references ward (id),
      active boolean not null,
      -- readings measured before this instant are still welcome when they arrive after the discharge
      ended_at timestamptz(3),
      -- silence is a fault only where a device streams
      monitoring text not null default 'spot-checks' check (monitoring in ('continuous', 'spot-checks')),
      birth_date date not null,
      spo2_scale smallint not null default 1 check (spo2_scale in (1, 2)),
      -- JSON that no query looks into, kept as text: as jsonb, writing it cost three times as much (12.5 : 3.8 ms of
      -- backend CPU for 250 patients)
      state text not null default '{"latest":{},"tracks":{},"trends":{}}',
      news2 text,
      -- whether any alarm rule is breached, open or recovering: what the sweep has to look at even while data flows
      is_alerting boolean not null default false,
      last_at timestamptz(3),
      received_at timestamptz(3),
      reading_count bigint not null default 0,
      xid xid8 not null default pg_current_xact_id()
    ) with (fillfactor = 50)`)
    this.addSql(`create index patient_monitor_ward_idx on patient_monitor (hospital_id, ward_id) where active`)

    // device_id is part of the natural key and never null: readings charted by hand carry the zero id.
    this.addSql(`create table vital_reading (
      patient_id uuid not null,
      at timestamptz(3) not null,
      device_id uuid not null,
      hospital_id uuid not null,
      received_at timestamptz(3) not null,
      heart_rate real,
      spo2 real,
      systolic real,
      diastolic real,
      temperature real,
      respiration real,
      supplemental_oxygen boolean,
      consciousness "char",
      news2 smallint,
      flags smallint not null,
      xid xid8 not null default pg_current_xact_id(),
      primary key (patient_id, at, device_id)
    ) partition by range (at)`)
    // What a transaction stored, for live streams: they look readings up by patient and time, so the readings need no
    // index on the transaction (which cost a fifth of storing them).
    this.addSql(`create table reading_batch (
      xid xid8 primary key default pg_current_xact_id(),
      hospital_id uuid not null references hospital (id),
      at_from timestamptz(3) not null,
      at_to timestamptz(3) not null,
      stored_at timestamptz(3) not null
    )`)
    this.addSql('create index reading_batch_stored_idx on reading_batch (stored_at)')

    const columns = ['heart_rate', 'spo2', 'systolic', 'diastolic', 'temperature', 'respiration'].map(
      (vital) => `${vital}_n integer not null, ${vital}_sum double precision, ${vital}_min real, ${vital}_max real`,
    )
    this.addSql(`create table vital_hourly (
      patient_id uuid not null,
      hour timestamptz(0) not null,
      hospital_id uuid not null,
      readings integer not null,
      ${columns.join(',\n      ')},
      primary key (patient_id, hour)
    ) with (fillfactor = 70)`)
  }

  private events(): void {
    this.addSql(`create table event (
      id uuid primary key,
      xid xid8 not null default pg_current_xact_id(),
      hospital_id uuid not null references hospital (id),
      patient_id uuid references patient (id),
      ward_id uuid,
      topic text not null,
      at timestamptz(3) not null,
      payload jsonb not null
    )`)
    this.addSql('create index event_xid_idx on event (xid)')
    this.addSql('create index event_at_idx on event (at)')
  }

  private appendOnly(): void {
    this.addSql(`create function refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege'; end $$`)
    this.addSql(`create trigger audit_entry_append_only before update or delete on audit_entry
      for each row execute function refuse_change()`)
    this.addSql(`create trigger audit_entry_no_truncate before truncate on audit_entry
      for each statement execute function refuse_change()`)
  }
}
