import { type ReactNode, useEffect, useId, useRef } from 'react'

interface DialogProps {
  title: string
  children: ReactNode
  onClose: () => void
}

/**
 * A modal dialog: the browser's own, which keeps the focus inside, closes with Escape and gives the focus back. It begins
 * on what is marked `data-first-focus`. When the button that opened it has gone meanwhile, the focus goes to the page's
 * `data-focus-home` rather than nowhere.
 */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const element = dialog.current
    const opener = document.activeElement
    if (element && !element.open) element.showModal()
    element?.querySelector<HTMLElement>('[data-first-focus]')?.focus()
    return () => {
      element?.close()
      // The page may be about to take the opener away because of what was done here.
      requestAnimationFrame(() => {
        const isNowhere = document.activeElement === null || document.activeElement === document.body
        if (!isNowhere) return
        if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
        else document.querySelector<HTMLElement>('[data-focus-home]')?.focus()
      })
    }
  }, [])

  // Told a little later: by then it may stand open again, when the component was only mounted anew.
  const whenClosed = () => {
    if (dialog.current?.open === false) onClose()
  }
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={titleId} onCancel={onClose} onClose={whenClosed}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  )
}
