export * from '@chartwire/api/schemas'
