"""What clinicians dictate, as a grammar: `{name}` draws from LISTS or calls a generator of `text.py`."""

LISTS = {
    "symptom": """chest pain|shortness of breath|cough|fever|chills|night sweats|weight loss|fatigue|dizziness|headache|
nausea|vomiting|diarrhea|constipation|abdominal pain|back pain|joint pain|knee pain|sore throat|runny nose|palpitations|
leg swelling|blurred vision|numbness|tingling|weakness|rash|itching|dysuria|hematuria|urinary frequency|
difficulty swallowing|heartburn|loss of appetite|poor sleep|wheezing|hemoptysis|syncope|confusion|tremor|ear pain|
neck stiffness|low mood|anxiety|easy bruising|bleeding gums|hoarseness|orthopnea|ankle swelling|night cramps|
pins and needles|double vision|light headedness|a burning sensation|urinary urgency|nocturia|melena|bloating|indigestion|
jaundice|pale stools|dark urine|a lump in the breast|vaginal bleeding|pelvic pain|heavy periods|hot flushes|hair loss|
dry mouth|mouth ulcers|red eyes|photophobia|tinnitus|hearing loss|vertigo|memory loss|hallucinations|panic attacks|
muscle cramps|stiffness in the morning|snoring|excessive thirst|exertional dyspnea|a productive cough|green sputum|
pleuritic pain|calf tenderness|wound discharge|poor feeding|irritability|lethargy|drowsiness|facial droop|slurred speech""",
    "condition": """hypertension|type two diabetes|type one diabetes|asthma|chronic obstructive pulmonary disease|
atrial fibrillation|heart failure|coronary artery disease|chronic kidney disease|hypothyroidism|hyperthyroidism|
depression|generalized anxiety disorder|osteoarthritis|rheumatoid arthritis|gout|epilepsy|migraine|stroke|
transient ischemic attack|parkinson's disease|alzheimer's disease|dementia|multiple sclerosis|crohn's disease|
ulcerative colitis|irritable bowel syndrome|gastroesophageal reflux disease|peptic ulcer disease|gallstones|pancreatitis|
hepatitis|cirrhosis|fatty liver disease|iron deficiency anemia|deep vein thrombosis|pulmonary embolism|pneumonia|
bronchitis|tuberculosis|cellulitis|eczema|psoriasis|urinary tract infection|pyelonephritis|kidney stones|
benign prostatic hyperplasia|prostate cancer|breast cancer|lung cancer|colon cancer|melanoma|lymphoma|leukemia|
osteoporosis|hip fracture|ankle sprain|carpal tunnel syndrome|sciatica|lumbar disc prolapse|sleep apnea|obesity|
hyperlipidemia|peripheral vascular disease|aortic stenosis|mitral regurgitation|endocarditis|myocarditis|pericarditis|
pneumothorax|pleural effusion|appendicitis|diverticulitis|cholecystitis|bowel obstruction|sepsis|meningitis|encephalitis|
influenza|covid nineteen|shingles|glaucoma|cataract|macular degeneration|diabetic retinopathy|peripheral neuropathy|
bipolar disorder|schizophrenia|alcohol use disorder|insomnia|preeclampsia|gestational diabetes|endometriosis|
polycystic ovary syndrome|acute coronary syndrome|myocardial infarction|acute kidney injury|hyperkalemia|hyponatremia|
diabetic ketoacidosis|anaphylaxis|sinusitis|otitis media|tonsillitis|conjunctivitis|plantar fasciitis|frozen shoulder|
rotator cuff tear|vitamin d deficiency|celiac disease|lupus|polymyalgia rheumatica|giant cell arteritis|bell's palsy""",
    "body": """left arm|right arm|left leg|right leg|jaw|neck|lower back|upper back|left shoulder|right shoulder|right knee|
left knee|left hip|right hip|right flank|left flank|epigastrium|right lower quadrant|left lower quadrant|
right upper quadrant|left upper quadrant|abdomen|chest|left foot|right foot|right hand|left hand|left wrist|right wrist|
scalp|face|forehead|throat|groin|left calf|right calf|left ankle|right ankle|left elbow|right elbow|big toe|index finger|
thumb|sternum|left breast|right breast|lumbar spine|cervical spine|left eye|right eye|left ear|right ear|tongue|pelvis""",
    "lab": """hemoglobin|white cell count|white blood cell count|platelets|platelet count|sodium|potassium|creatinine|urea|
glucose|fasting glucose|hemoglobin a one c|c reactive protein|troponin|lactate|bilirubin|albumin|alkaline phosphatase|
thyroid stimulating hormone|ferritin|vitamin d|vitamin b twelve|international normalized ratio|low density lipoprotein|
high density lipoprotein|total cholesterol|triglycerides|brain natriuretic peptide|d dimer|estimated g f r|calcium|
magnesium|phosphate|amylase|lipase|uric acid|blood urea nitrogen|erythrocyte sedimentation rate|prostate specific antigen|
parathyroid hormone|cortisol|hematocrit|neutrophil count|bicarbonate|chloride|a l t|a s t|creatine kinase""",
    "imaging": """chest x ray|x ray of the {body}|c t scan of the head|c t scan of the abdomen|c t of the chest|
m r i of the brain|m r i of the lumbar spine|ultrasound of the abdomen|ultrasound of the {body}|echocardiogram|
electrocardiogram|e c g|bone density scan|colonoscopy|endoscopy|mammogram|stress test|spirometry|lumbar puncture|
coronary angiogram|carotid doppler|cystoscopy|urinalysis|blood cultures|sputum culture|biopsy of the lesion|nerve conduction study""",
    "finding": """no acute abnormality|a small pleural effusion|a right lower lobe infiltrate|mild cardiomegaly|sinus rhythm|
atrial fibrillation with rapid ventricular response|an ejection fraction of {n:25-70} percent|
gallstones without cholecystitis|a simple renal cyst|degenerative changes|a small disc protrusion|
no evidence of malignancy|a {n:1-9} centimeter nodule|a {n:2-30} millimeter stone|mild left ventricular hypertrophy|
no fracture or dislocation|left bundle branch block|s t elevation in the anterior leads|t wave inversion|consolidation at the {side} base|
hyperinflated lungs|a comminuted fracture|moderate aortic stenosis|mild mitral regurgitation|an old infarct|
small vessel disease|no intracranial hemorrhage|fatty infiltration of the liver|mild hydronephrosis|normal appearances|
no growth after {n:1-7} days|loss of joint space|a full thickness tear|diverticular disease|a benign polyp""",
    "route": "by mouth|orally|intravenously|subcutaneously|by inhalation|topically|intramuscularly|under the tongue|rectally|"
    "into the left eye|into both eyes|through the nasogastric tube|via nebulizer|to the affected area",
    "frequency": """once daily|twice daily|three times a day|four times a day|three times daily|four times daily|once a day|twice a day|
every four hours|every six hours|every eight hours|every twelve hours|at bedtime|as needed|every morning|every evening|
at night|weekly|once a week|every other day|before meals|after meals|with food|with breakfast|as required|when required|
monthly|every two weeks|as needed for pain|as needed for {symptom}|in the morning|in the morning and at night""",
    "unit": "milligrams|milligrams|milligrams|milligrams|micrograms|units|milliliters|grams|puffs|tablets|capsules|drops|"
    "milliequivalents|international units",
    "specialty": """cardiology|neurology|dermatology|orthopedics|gastroenterology|endocrinology|nephrology|urology|oncology|
psychiatry|ophthalmology|physiotherapy|the dietitian|vascular surgery|the pain clinic|rheumatology|palliative care|
hematology|respiratory medicine|general surgery|gynecology|obstetrics|ear nose and throat|pediatrics|geriatrics|
occupational therapy|speech therapy|social services|infectious diseases|the diabetic nurse|the stroke team|neurosurgery""",
    "exam": """heart sounds are normal with no murmurs|heart sounds one and two are present|lungs are clear to auscultation bilaterally|the chest is clear|
abdomen is soft and non tender|there is mild tenderness in the {body}|pupils are equal and reactive to light|
there is pitting edema to the {level}|cranial nerves are intact|power is {n:1-5} out of five in all limbs|
power is {n:0-5} out of five in the {body}|reflexes are symmetrical|there is no lymphadenopathy|the skin is warm and dry|
bowel sounds are present|bowel sounds are absent|there are crackles at the {side} base|there is wheeze throughout both lung fields|
the throat is red without exudate|range of motion is reduced in the {body}|gait is steady|gait is unsteady|mucous membranes are moist|
mucous membranes are dry|there is no rash|capillary refill is less than {n:2-4} seconds|the tympanic membranes are normal|
there is a systolic murmur at the apex|jugular venous pressure is raised|the calves are soft and non tender|
there is no guarding or rebound|the liver edge is palpable|the wound is clean and dry|there is erythema around the {body}|
plantars are downgoing|sensation is intact|sensation is reduced in the {body}|peripheral pulses are palpable|
the patient is alert and oriented|the patient looks well|the patient looks unwell|there is no cyanosis or clubbing|
glasgow coma scale is {n:3-15}|the trachea is central|there is dullness to percussion at the {side} base|
speech is normal|mood is low|affect is flat|there is a {n:1-9} centimeter mass in the {body}|visual fields are full""",
    "level": "ankles|knees|mid calf|sacrum|thighs",
    "side": "left|right",
    "day": "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "month": "january|february|march|april|may|june|july|august|september|october|november|december",
    "relative": "father|mother|brother|sister|grandmother|grandfather|aunt|uncle|son|daughter|husband|wife|partner",
    "family": "daughter|son|wife|husband|mother|father|carer|sister|brother|neighbor|partner|parents",
    "operation": """appendectomy|cholecystectomy|hysterectomy|coronary artery bypass graft|hip replacement|knee replacement|
tonsillectomy|cesarean section|hernia repair|mastectomy|thyroidectomy|prostatectomy|cataract surgery|pacemaker insertion|
angioplasty|laparoscopy|arthroscopy|colectomy|amputation|skin graft|valve replacement|kidney transplant""",
    "person": "man|woman|male|female|gentleman|lady|boy|girl|teacher|nurse|builder|student|driver|farmer",
    "job": "teacher|nurse|builder|student|driver|farmer|cook|cleaner|engineer|retired police officer|office worker|carpenter",
    "quality": "sharp|dull|burning|aching|constant|intermittent|cramping|crushing|throbbing|stabbing|severe|mild",
    "name": """smith|jones|williams|brown|taylor|davies|wilson|evans|thomas|johnson|roberts|walker|wright|robinson|thompson|white|
hughes|edwards|green|hall|wood|harris|lewis|martin|jackson|clarke|clark|turner|hill|scott|cooper|morris|ward|moore|king|
watson|baker|harrison|morgan|patel|young|allen|mitchell|james|anderson|phillips|lee|bell|parker|davis|garcia|rodriguez|
martinez|hernandez|lopez|khan|singh|ali|nguyen|kim|chen|sharma|ahmed|murphy|kelly|o'brien|campbell|stewart|hassan|kowalski""",
    "title": "mister|missus|miss|doctor|professor",
    "drugclass": """antibiotics|painkillers|blood pressure tablets|inhalers|steroids|beta blockers|statins|diuretics|
antidepressants|insulin|blood thinners|sleeping tablets|antihistamines|iron tablets|eye drops|oral contraceptives""",
    "time": "today|yesterday|last night|this morning|last week|last month|two days ago|{n:2-9} days ago|{n:2-6} weeks ago|"
    "{n:2-11} months ago|{n:2-30} years ago|on {day}|over the past {duration}|since {day}|earlier this week|overnight",
    "who": "the patient|he|she|this patient|patient|{title} {name}|the child|mother|the baby|this {age} year old {person}|i|they|we",
    "poss": "his|her|the|their|the patient's",
    "advice": """advised to rest|counseled about diet and exercise|given safety net advice|told to return if symptoms worsen|
reviewed by {specialty}|advised to stop smoking|given a leaflet|encouraged to drink fluids|discharged home|
admitted to the ward|transferred to intensive care|started on {drug}|listed for surgery|consented for the procedure""",
    "spokenmark": "comma|period|full stop|new line|new paragraph|colon|semicolon|question mark|next line|hyphen|open bracket|close bracket",
    "heading": """chief complaint|history of present illness|past medical history|medications|allergies|social history|
family history|review of systems|physical examination|vital signs|investigations|assessment|assessment and plan|plan|
follow up|impression|discharge summary|progress note|subjective|objective|procedure note|operative note|diagnosis""",
}

TEMPLATES = """{who} is a {age} year old {person} with a history of {condition} and {condition}
{who} is {age} years old and has {condition}
{age} year old {person} presenting with {symptom} and {symptom}
{who} {reports} {symptom} for {duration}
{who} {reports} {quality} pain in the {body} for {duration}
{who} {reports} {symptom} {symptom} and {symptom} {time}
{who} denies {symptom} {symptom} or {symptom}
{who} denies any {symptom} or {symptom}
there is no {symptom} and no {symptom}
no history of {condition} or {condition}
{order} {drug} {dose} {unit} {route} {frequency}
{order} {drug} {dose} {unit} {frequency} for {duration}
{drug} {dose} {unit} {frequency}
{who} takes {drug} {dose} {unit} {frequency} and {drug} {dose} {unit} {frequency}
current medications include {drug} {dose} {unit} {frequency} and {drug}
current medications are {drug} {drug} and {drug}
blood pressure is {n:80-220} over {n:40-125}
blood pressure {was} {n:80-220} over {n:40-125} millimeters of mercury and heart rate {was} {n:40-160}
blood pressure {n:80-220} over {n:40-125} pulse {n:40-160} temperature {temperature}
{pulse} {n:8-160} {rate}
temperature {temperature} degrees {scale}
temperature {was} {temperature} degrees {scale}
oxygen saturation {was} {n:78-100} percent on {oxygen}
saturations {n:78-100} percent on {oxygen} respiratory rate {n:8-45}
{lab} {was} {value}
{lab} {value} {lab} {value} and {lab} {value}
{lab} has {changed} from {value} to {value}
{imaging} {showed} {finding}
{imaging} {time} {showed} {finding} and {finding}
on examination {exam} and {exam}
on examination {exam}
{exam}
{heading}
{heading} {spokenmark}
{assessment} {condition}
{assessment} {condition} likely secondary to {condition}
{assessment} {condition} and {condition}
plan {plan}
{plan} and {plan}
follow up in {duration} with {specialty}
allergic to {drug} which causes {symptom}
no known drug allergies
pain is {quality} in the {body} and rated {n:1-10} out of ten
family history is significant for {condition} in the {relative}
{poss} {relative} had {condition} and died at the age of {age}
{who} smokes {n:1-40} cigarettes a day and drinks {n:1-40} units of alcohol per week
{who} stopped smoking {time} and drinks socially
past medical history {condition} {condition} and {condition}
past medical history includes {condition} and {operation}
seen on {day} the {ordinal} of {month} {year}
seen in clinic on the {ordinal} of {month}
{spokenmark} {who} was {advice}
{who} was {advice}
{who} was {advice} {spokenmark} {plan}
{drug} was {drugchange}
the {symptom} is {course}
{poss} {symptom} {course2} {time}
surgical history includes {operation} in {year}
{please} {arrange} {imaging} and {lab} before the next visit
{who} lives {home} and {function}
{who} works as a {job} and lives {home}
{who} was brought in by {family} with {symptom}
{who} came in {time} with {symptom} after {trigger}
{poss} {family} noticed {symptom} {time}
{who} fell {fall} and injured {poss} {body}
{who} woke up with {symptom} radiating to the {body}
{who} has not been taking {poss} {drugclass} because of {symptom}
i discussed the {topic} with {who2} and {who2} would like to {wish}
i explained the {topic} and answered all {poss} questions
i have reviewed the {topic} and {plan}
the {topic} was discussed with the family and {plan}
we will {willdo} and {willdo}
{who} should {willdo} and return if {symptom} develops
the {site} is healing well with no signs of infection
the {site} was {sitework} under {anesthesia}
{who} is {n:4-41} weeks pregnant and {pregnancy}
{who} has {improved} since the dose of {drug} was {dosechange}
{who} was given {drug} {dose} {unit} {time} with good effect
{who} has lost {n:2-30} {weight} in the last {duration}
weight is {n:3-180} kilograms and height is {n:50-205} centimeters
body mass index is {value}
{who} last had {imaging} {time} which was reported as normal
dictated by {title} {name} on the {ordinal} of {month}
dear {title} {name} thank you for referring this {age} year old {person}
copy to {title} {name} and the general practitioner
{who} is up to date with {vaccine}
on review of systems {who} {reports} {symptom} but no {symptom}
{who} uses {poss} {device} {frequency}
{who} scored {n:0-30} out of thirty on the mini mental state examination
estimated blood loss was {n:1-40} hundred milliliters
{count} {unit} of {drug} {was} dispensed
repeat {lab} in {duration} and {willdo}
discharge diagnosis {condition} {spokenmark} discharge medications {drug} {dose} {unit} {frequency}
{symptom} {spokenmark} {symptom} {spokenmark} {symptom}
number {n:1-9} {spokenmark} {plan} {spokenmark} number {n:1-9} {spokenmark} {plan}""".splitlines()

LISTS |= {
    "reports": "reports|describes|complains of|presents with|has had|has been having|admits to|mentions|developed|noticed",
    "order": "start|continue|stop|increase|decrease|hold|prescribe|give|we will start|i have prescribed|titrate|restart|change to|add|switch to",
    "was": "is|was|was recorded at|measured",
    "pulse": "heart rate|pulse|respiratory rate|pulse rate",
    "rate": "beats per minute|breaths per minute|and regular|and irregular|per minute| ",
    "temperature": "{n:35-40} point {n:0-9}|{n:35-40}|{n:96-104} point {n:0-9}",
    "scale": "celsius|fahrenheit| ",
    "oxygen": "room air|{n:1-15} liters of oxygen|{n:1-6} liters nasal cannula|{n:1-6} liters via nasal cannula|a non rebreather mask|air",
    "value": "{n:0-20} point {n:0-9}|{n:2-400}|{n:0-9} point {n:0-9} {n:0-9}|{n:2-400}",
    "changed": "risen|fallen|improved|increased|decreased|dropped",
    "showed": "shows|showed|demonstrated|revealed|confirmed|is reported as",
    "assessment": "assessment|impression|diagnosis|the most likely diagnosis is|differential diagnosis includes|this is consistent with",
    "plan": "refer to {specialty}|repeat {lab} in {duration}|order a {imaging}|follow up in {duration}|admit to the ward|discharge home|"
    "check {lab} and {lab}|continue current treatment|stop {drug}|start {drug}|monitor {lab} daily|review in clinic in {duration}|"
    "send {lab} and {lab}|request {imaging}|consider {drug}|wean oxygen as tolerated|strict fluid balance|physiotherapy twice a week",
    "drugchange": "well tolerated|stopped because of {symptom}|changed to {drug}|increased to {dose} {unit}|reduced to {dose} {unit}|"
    "doubled|started {time}|withheld|added {time}|discontinued|given before the procedure",
    "dosechange": "doubled|increased|reduced|halved|changed|adjusted",
    "course": "worse at night|worse on exertion|relieved by rest|relieved by {drug}|associated with {symptom}|gradually improving|"
    "getting worse|made worse by movement|unchanged|intermittent|not relieved by {drug}|better in the morning",
    "course2": "started|got worse|has improved|came on suddenly|has resolved|began|settled|returned",
    "please": "please|kindly|could you|i would be grateful if you could",
    "arrange": "arrange|book|review|organize|repeat|order",
    "home": "alone|with family|in a nursing home|with a partner|with {poss} {family}|in sheltered housing|with two children",
    "function": "is independent|needs help with daily activities|walks with a stick|works as a teacher|is retired|uses a wheelchair|has carers twice a day",
    "trigger": "a fall at home|a long flight|eating seafood|lifting a heavy box|a road traffic accident|collapsing at work|"
    "running out of {drug}|a recent infection|missing several doses|playing football|a heavy meal",
    "fall": "off a ladder|down the stairs|in the bathroom|at home|on the ice|while walking|out of bed|from {poss} bicycle",
    "topic": "results|risks and benefits of surgery|diagnosis|treatment options|side effects|need for further tests|scan|"
    "blood results|prognosis|options for pain relief|importance of taking medication|findings|decision not to resuscitate",
    "who2": "the patient|him|her|the family|{poss} {family}|them|the team|she|he",
    "wish": "go ahead|think about it|have the operation|try tablets first|wait|go home|be seen again|stop treatment|have a second opinion",
    "willdo": "repeat the {lab}|stop the {drug} in the meantime|keep the {body} elevated|continue the {drug}|check the kidney function|"
    "arrange transport|increase the dose|take regular {drug}|remove the stitches|change the dressing|send blood cultures|book a follow up|"
    "give intravenous fluids|rest for {duration}|avoid heavy lifting|monitor the blood pressure|reduce the dose of {drug}",
    "site": "wound|incision|{body}|surgical site|drain site|ulcer|cannula site|catheter|graft|burn",
    "sitework": "cleaned and dressed|closed with sutures|drained|examined|explored|removed|changed without difficulty|repaired|biopsied",
    "anesthesia": "local anesthetic|general anesthesia|spinal anesthesia|sedation",
    "pregnancy": "the baby is moving well|there have been no complications|the scan was normal|has had some bleeding|feels well",
    "improved": "improved|felt better|been well|deteriorated|had less {symptom}|slept better|been more comfortable",
    "weight": "kilograms|pounds|percent of body weight",
    "vaccine": "immunizations|childhood vaccines|the flu vaccine|tetanus|covid vaccination|cervical screening",
    "device": "blue inhaler|brown inhaler|walking frame|hearing aid|insulin pump|home oxygen|c pap machine|spacer|nebulizer",
    "count": "{n:2-100}|{n:2-30}",
}

DRUGS = """metformin insulin glargine lispro lisinopril enalapril ramipril losartan valsartan amlodipine diltiazem verapamil metoprolol
bisoprolol carvedilol atenolol propranolol furosemide bumetanide spironolactone hydrochlorothiazide atorvastatin simvastatin
rosuvastatin pravastatin ezetimibe aspirin clopidogrel ticagrelor warfarin apixaban rivaroxaban dabigatran heparin enoxaparin
amoxicillin clavulanate penicillin flucloxacillin ceftriaxone cefuroxime cephalexin azithromycin clarithromycin doxycycline
ciprofloxacin levofloxacin vancomycin gentamicin meropenem metronidazole nitrofurantoin trimethoprim fluconazole acyclovir
oseltamivir paracetamol acetaminophen ibuprofen naproxen diclofenac celecoxib morphine oxycodone codeine tramadol fentanyl
gabapentin pregabalin amitriptyline sertraline fluoxetine citalopram escitalopram venlafaxine duloxetine mirtazapine bupropion
lithium quetiapine olanzapine risperidone haloperidol diazepam lorazepam midazolam zopiclone levetiracetam lamotrigine valproate
carbamazepine phenytoin levothyroxine prednisone prednisolone dexamethasone hydrocortisone methotrexate hydroxychloroquine
adalimumab allopurinol colchicine omeprazole pantoprazole lansoprazole famotidine ondansetron metoclopramide loperamide lactulose
salbutamol albuterol tiotropium budesonide fluticasone salmeterol montelukast cetirizine loratadine epinephrine norepinephrine
amiodarone digoxin nitroglycerin tamsulosin finasteride sildenafil semaglutide empagliflozin dapagliflozin sitagliptin gliclazide
glipizide alendronate zoledronate potassium magnesium calcium iron folate thiamine cyanocobalamin tacrolimus ciclosporin
azathioprine mycophenolate rituximab infliximab tamoxifen letrozole anastrozole cisplatin nystatin clotrimazole terbinafine
chloramphenicol latanoprost timolol ketoconazole methadone buprenorphine naloxone baclofen cyclobenzaprine tizanidine hydralazine
clonidine doxazosin candesartan irbesartan telmisartan nifedipine felodipine isosorbide ranolazine ivabradine sacubitril
liraglutide dulaglutide pioglitazone glimepiride acarbose desmopressin testosterone estradiol progesterone medroxyprogesterone
ipratropium formoterol beclomethasone theophylline promethazine hydroxyzine chlorphenamine senna docusate bisacodyl macrogol
mesalazine sulfasalazine leflunomide etanercept trazodone aripiprazole clozapine methylphenidate atomoxetine donepezil memantine
levodopa ropinirole pramipexole topiramate sumatriptan rizatriptan cefixime cefalexin linezolid clindamycin piperacillin
tazobactam ertapenem rifampicin isoniazid ethambutol pyrazinamide valaciclovir lidocaine bupivacaine propofol ketamine
rocuronium neostigmine atropine glycopyrronium adenosine labetalol esmolol dobutamine dopamine vasopressin""".split()
DOSES = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 81, 100, 120, 125, 150, 160, 200, 240, 250, 300, 325,
         400, 500, 600, 625, 650, 750, 800, 850, 875, 1000, 1200, 2000]
