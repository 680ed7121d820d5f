const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

/** Words that may stand before a finding's head and belong to the mention. */
export const PLACES = words(
  'left right bilateral unilateral upper lower mid middle lateral medial anterior posterior proximal distal superior inferior central peripheral deep superficial abdominal pelvic renal hepatic cardiac pulmonary cerebral cervical lumbar thoracic sacral lumbosacral epigastric suprapubic periumbilical substernal retrosternal precordial flank joint facial nasal sinus oral rectal anal vaginal vulvar penile scrotal testicular breast chest back neck head shoulder arm elbow wrist hand finger thumb hip thigh leg knee ankle foot toe heel calf groin jaw throat ear eye orbital periorbital tongue lip gum tooth dental stomach belly bowel colonic gastric esophageal duodenal biliary splenic pancreatic ovarian uterine cervix bladder urethral prostatic prostate spinal vertebral muscle bone rib skin nail scalp temporal frontal occipital parietal carotid aortic mitral tricuspid valvular ventricular atrial coronary femoral tibial humeral radial ulnar pleural pericardial peritoneal quadrant lobe lobar extremity low side sided body wall retroorbital bibasilar basilar basal suprarenal inguinal axillary supraclavicular perianal umbilical subcostal costovertebral cva calvarial intracranial subdural epidural subarachnoid intraventricular retroperitoneal mediastinal hilar paraspinal parasternal menstrual motor sensory focal neurologic neurological',
)

/** Heads that make a symptom of the words before them. */
export const SYMPTOM_HEADS = words(
  'pain pains ache aches aching swelling tenderness weakness numbness tingling stiffness discomfort tightness cramps cramping itching itch burning redness discharge spasm spasms pressure edema fullness congestion drainage bruising soreness lump lumps twitching paresthesia paresthesias paresthesias dryness rash lesions guarding rigidity bleeding distension distention erythema crepitus deficits deficit droop hypertrophy adenopathy lymphadenopathy irritation secretions sensation heaviness throbbing warmth',
)

/** Heads that make a condition of the words before them. */
export const CONDITION_HEADS = words(
  'fracture fractures infection infections cancer cancers carcinoma adenocarcinoma tumor tumors tumour tumours sarcoma lymphoma mass masses ulcer ulcers abscess abscesses stenosis thrombosis thrombus hernia hernias effusion effusions tear tears disease diseases failure infarction infarct infarcts infiltrate infiltrates opacity opacities nodule nodules hemorrhage haemorrhage hematoma haematoma cyst cysts cellulitis aneurysm dysfunction insufficiency regurgitation obstruction atrophy neuropathy arthritis osteoarthritis syndrome dystrophy palsy sclerosis malformation dissection rupture embolism embolus fibrillation tachycardia bradycardia arrhythmia arrhythmias block injury injuries laceration contusion dislocation sprain strain stone stones calculi calculus polyp polyps metastasis metastases lesion consolidation atelectasis pneumonia edema hypertension ischemia fibrosis deficiency anemia thrombocytopenia impingement herniation bulge prolapse fistula perforation necrosis degeneration neoplasm neoplasms malignancy enlargement hypertrophy hypoplasia dysplasia hyperplasia spondylosis radiculopathy disorder disorders',
)

/** Words before a drug name that call for it as a drug, not as a laboratory value. */
export const DRUG_CALLS = words(
  'take takes taking taken took start started starting begin began continue continued continuing stop stopped discontinue discontinued hold held increase increased decrease decreased reduce give given gave receive received receiving prescribe prescribed administer administered add added switch resume resumed on off refill using use uses supplemental supplement iv oral po topical allergic insulin with',
)

/** Substances one is allergic to that no drug vocabulary holds. */
export const ALLERGENS = words(
  'latex shellfish shrimp crab lobster peanut peanuts nuts walnut walnuts almonds cashews egg eggs milk dairy soy wheat gluten fish strawberries strawberry banana bananas kiwi pollen dust mold cats cat dogs dog dander bee bees wasp wasps ragweed grass adhesive adhesives tape nickel iodine contrast dye sulfa sulfas sulfonamides penicillins cephalosporins nsaids',
)
