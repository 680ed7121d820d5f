export { classifySection, type SectionGuess } from './classify.ts'
export { findSections, type Section } from './find.ts'
export { type SectionKind, sectionKind } from './headings.ts'
