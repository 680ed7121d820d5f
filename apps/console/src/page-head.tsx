import { type ReactNode, useEffect, useRef } from 'react'
import { ThemeChoice } from './appearance/theme.tsx'
import { securityHref } from './route.ts'
import { SignOutButton } from './session/sign-out-button.tsx'

/** The head of every page: where one is, what can be done here, and the way out. Moves the focus to the title of a new page. */
export function PageHead({
  title,
  tab = title,
  back,
  children,
}: {
  title: string
  /** What the browser's tab and history say: never a patient's name. */
  tab?: string
  back?: ReactNode
  children?: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus()
  }, [])
  useEffect(() => {
    document.title = `${tab} · Chartwire`
  }, [tab])
  return (
    <>
      <a className="skip" href="#main" onClick={skipToMain}>
        Skip to the patients
      </a>
      <header className="page-head">
        {back}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <div className="page-tools">
          {children}
          <a href={securityHref}>Security</a>
          <ThemeChoice />
          <SignOutButton />
        </div>
      </header>
    </>
  )
}

/** The part behind `#` is the console's address, so the jump is made here. */
function skipToMain(event: { preventDefault: () => void }): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
