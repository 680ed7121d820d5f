import { IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'

export interface HeaderOptions {
  isSecure: boolean
}

/**
 * Headers of pages: everything from here, nothing inline, nothing framed, no plug-in, no device but what the console asks
 * for. Computed once: helmet works them out anew for every answer, which cost as much as a small query.
 */
export function pageHeaders({ isSecure }: HeaderOptions): Record<string, string> {
  const headers: Record<string, string> = {}
  const collect = { setHeader: (name: string, value: string) => (headers[name] = value), removeHeader: () => {} }
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
        styleSrcAttr: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        mediaSrc: ["'self'", 'blob:'],
        // Of this host, WebSockets too.
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameSrc: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: isSecure,
    referrerPolicy: { policy: 'no-referrer' },
  })(new IncomingMessage(new Socket()), collect as unknown as ServerResponse, () => {})
  return { ...headers, 'Permissions-Policy': 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()' }
}

/** Headers of answers that are data: kept by nobody, shown by nothing. */
export function dataHeaders({ isSecure }: HeaderOptions): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}
