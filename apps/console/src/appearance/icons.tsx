/** Icons beside words, never instead of them: each is hidden from screen readers. Drawn on a 16 by 16 grid. */
function Icon({ path, filled = false }: { path: string; filled?: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={path}
        fill={filled ? 'currentColor' : 'none'}
        fillRule="evenodd"
        stroke={filled ? 'none' : 'currentColor'}
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

export const TickIcon = () => <Icon path="M2.5 8.5l3.5 3.5 7.5-8" />
export const QuietIcon = () => <Icon path="M2 2l12 12M4 7c0-2 1.5-4 4-4 1 0 1.9.3 2.6.9M12 9v-2M3 12h8M7 14h2M4 9v3" />
export const ClockIcon = () => <Icon path="M8 2a6 6 0 100 12A6 6 0 008 2zM8 4.5V8l2.5 1.5" />
export const BrokenIcon = () => <Icon path="M2 9h3l1.5-4M9 12l2-3h3M9.5 2.5l-3 11" />
export const SoundIcon = () => (
  <Icon path="M2 6v4h2.5L8 13V3L4.5 6H2zM10.5 5.5a3.5 3.5 0 010 5M12.5 3.5a6.4 6.4 0 010 9" />
)
export const BackIcon = () => <Icon path="M10 3L5 8l5 5" />
export const CallIcon = () => (
  <Icon path="M8 1.5L15 14H1L8 1.5zM7.2 6h1.6l-.3 4.2h-1L7.2 6zM7.2 11.2h1.6v1.5H7.2z" filled />
)
