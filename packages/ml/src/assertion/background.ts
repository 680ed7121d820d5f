import type { Token } from '../text/index.ts'
import { termKey } from '../vocabulary/term-key.ts'

/** Long-term diseases that, as a whole line of a note, are an entry of a problem list: background, not news. */
const BACKGROUND = new Set(
  'hypertension;htn;hyperlipidemia;dyslipidemia;hypercholesterolemia;high cholesterol;increased cholesterol;elevated cholesterol;high blood pressure;hypothyroidism;hyperthyroidism;atrial fibrillation;paroxysmal atrial fibrillation;chronic atrial fibrillation;cardiomyopathy;ischemic cardiomyopathy;chf;history of chf;coronary artery disease;cad;mi;myocardial infarction;cva;stroke;tia;gastroesophageal reflux disease;gerd;acid reflux;osteoporosis;osteoarthritis;arthritis;rheumatoid arthritis;gout;schizophrenia;bipolar disorder;depression;major depressive disorder;anxiety;anxiety disorder;ptsd;dementia;alzheimer disease;parkinson disease;epilepsy;seizure disorder;migraine;asthma;copd;chronic obstructive pulmonary disease;emphysema;sleep apnea;obstructive sleep apnea;diabetes;diabetes mellitus;type 2 diabetes;type 2 diabetes mellitus;type 1 diabetes;type ii diabetes mellitus;chronic kidney disease;ckd;chronic renal insufficiency;chronic renal failure;end-stage renal disease;esrd;peripheral vascular disease;pvd;peripheral arterial disease;hepatitis c;hepatitis b;hiv;cirrhosis;bph;benign prostatic hypertrophy;benign prostatic hyperplasia;glaucoma;cataracts;macular degeneration;breast cancer;prostate cancer;colon cancer;lung cancer;lupus;fibromyalgia;multiple sclerosis;irritable bowel syndrome;diverticulosis;hiatal hernia;peptic ulcer disease;obesity;morbid obesity;chronic back pain;degenerative joint disease;anemia;iron deficiency anemia;psoriasis;crohn disease;ulcerative colitis;cholecystectomy;appendectomy;hysterectomy;tonsillectomy;cabg;coronary artery bypass graft;hernia repair;mitral valve prolapse;hypertriglyceridemia;neuropathy;peripheral neuropathy'
    .split(';')
    .map(termKey),
)

/** Whether these tokens are such a disease and nothing else. */
export function isBareBackground(tokens: readonly Token[]): boolean {
  const words = tokens.filter((token) => token.kind !== 'mark')
  return words.length > 0 && words.length < 7 && BACKGROUND.has(termKey(words.map((token) => token.key).join(' ')))
}
