import type { FormEvent } from 'react'

/** What was typed into a field of a form; nothing where there is no such field. Keeps the browser from sending the form. */
export function formText(event: FormEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault()
  const form = new FormData(event.currentTarget)
  return (name) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
}
