import { useMutation } from '@tanstack/react-query'
import { client } from '../api.ts'
import { saveFile } from '../documents/save-file.ts'
import { ProblemNote } from '../words/problem-note.tsx'

/** The patient's profile as PDF: whoever sees the patient here may read all that is in it. */
export function ProfileDownload({ patientId }: { patientId: string }) {
  // Answers nothing, so that no cache keeps the file.
  const download = useMutation({
    mutationFn: async () => saveFile(await client.api.patients.profilePdf.query({ patientId })),
  })
  return (
    <>
      <button
        type="button"
        aria-disabled={download.isPending}
        onClick={() => {
          if (!download.isPending) download.mutate()
        }}
      >
        {download.isPending ? 'One moment…' : 'Profile as PDF'}
      </button>
      {download.isError && <ProblemNote error={download.error} />}
    </>
  )
}
