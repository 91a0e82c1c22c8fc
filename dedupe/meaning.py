"""Words whose change changes what a sentence says: a difference in one of them is never harmless.

Matched against tokens of the comparison key, so without capitals and apostrophes.
"""

from __future__ import annotations

import re

from dedupe.normalizing import tokens_of

NEGATIONS = frozenset(
    """
    no not non none nor never neither nobody nothing nowhere without cannot aint arent cant couldnt darent didnt
    doesnt dont hadnt hasnt havent isnt mightnt mustnt neednt shant shouldnt wasnt werent wont wouldnt hardly barely
    kein keine keinem keinen keiner keines nicht nichts nie niemals ohne
    ne pas jamais rien aucun aucune sans ni
    nunca jamás nada ningún ninguna ninguno tampoco sin
    non mai nessuno nessuna niente senza
    não nem nenhum nenhuma sem
    niet geen nooit zonder
    nie nigdy bez żaden żadna
    не нет ни никогда без нельзя
    δεν μην μη όχι ποτέ χωρίσ
    """.split()
)
MODALS = frozenset(
    """
    can could may might must need ought shall should will would
    darf dürfen dürfte kann können könnte mag mögen muss müssen müsste soll sollen sollte wird werden würde
    doit doivent devrait peut peuvent pourrait
    debe deben debería puede pueden podría
    deve devono dovrebbe può possono potrebbe
    pode podem poderia devem deveria
    kan kunnen moet moeten mag mogen zal zullen zou
    może mogą musi muszą powinien powinna
    может могут должен должна должны следует
    μπορεί πρέπει θα
    """.split()
)
NUMBER_WORDS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
    first second third fourth fifth sixth seventh eighth ninth tenth half twice double triple dozen once
    all every each both some any few many most several
    """.split()
)
CONDITIONS = frozenset(
    "if unless except only always sometimes often rarely seldom until with against before after".split()
)
JUDGEMENTS = frozenset(
    """
    rise rises rose risen rising fall falls fell fallen falling increase increased increases increasing decrease
    decreased decreases decreasing gain gained gains lose loses losing loss lost win wins winning won grew shrank
    accept accepted accepts reject rejected rejects allow allowed allows permit permitted forbid forbidden ban banned
    prohibit prohibited approve approved deny denied denies confirm confirmed admit admitted refuse refused guilty
    innocent acquitted convicted true false right wrong alive dead yes legal illegal lawful unlawful optional required
    mandatory support supports supported oppose opposes opposed agree agreed disagree disagreed passed failed
    """.split()
)
"""Words of direction and judgement: against whatever stands in their place, they decide."""
OPPOSITES = JUDGEMENTS | frozenset(
    """
    above below up down over under more less fewer most least higher lower high low upward downward left open opened
    closed close buy buys bought sell sells sold east west north south male female man men woman women boy girl
    mother father brother sister he she him her his hers husband wife son daughter include included includes
    including exclude excluded excludes excluding with against for better worse best worst same different old new
    early late earlier later recommended public private monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december today tomorrow yesterday
    northern southern eastern western morning evening night noon afternoon midnight heavy light cheap costly
    expensive begin begins began begun start starts started end ends ended finish finished stop stops stopped big
    small large little long short tall young rich poor hot cold warm cool full empty inside outside in out on off
    near far strong weak safe dangerous arrive arrived leave leaves come comes came go goes went likely unlikely
    able unable former current minimum maximum minor major positive negative good bad born died survived killed fast
    slow quick easy hard difficult first last top bottom front back give gives gave take takes took remember forgot
    forget find found seek sought love loved hate hated friend friends enemy enemies ally rival black white day year
    week month hour minute
    """.split()
)
OPPOSING_PREFIXES = (
    "un",
    "in",
    "im",
    "il",
    "ir",
    "dis",
    "non",
    "mis",
    "de",
    "anti",
    "counter",
    "over",
    "under",
)
"""What turns a word into its opposite when put before it."""
OPPOSING_SUFFIXES = ("less",)
ROLES = frozenset(
    """
    tenant landlord lessor lessee buyer seller vendor purchaser plaintiff defendant claimant respondent appellant
    appellee employer employee debtor creditor licensor licensee borrower lender donor recipient sender receiver
    plaintiffs defendants tenants landlords buyers sellers employers employees creditors debtors doctor patient teacher
    pupil student master servant client server host guest parent child sun moon king queen
    """.split()
)
"""Words for who it is that does or owes something."""
UNITS = frozenset(
    """
    microgram micrograms milligram milligrams gram grams kilogram kilograms tonne tonnes ounce ounces pound pounds
    millimetre millimetres centimetre centimetres metre metres kilometre kilometres millimeter millimeters centimeter
    centimeters meter meters kilometer kilometers inch inches foot feet yard yards mile miles millilitre millilitres
    litre litres milliliter milliliters liter liters gallon gallons seconds minutes hours days weeks months years
    decade decades century centuries percent celsius fahrenheit degree degrees euro euros dollar dollars cent cents
    sterling yen volt volts watt watts kilowatt kilowatts megawatt megawatts byte bytes bit bits
    """.split()
)
DECISIVE_WORDS = NEGATIONS | MODALS | NUMBER_WORDS | CONDITIONS | JUDGEMENTS | ROLES | UNITS


def is_harmless(token: str, names: frozenset[str]) -> bool:
    """Return whether two texts may differ in `token` and still say the same.

    A harmless token is a word in a script that tells names by their capitals, is not among `names` (the tokens
    that are capitalised somewhere in the two texts) and not a decisive word. Numbers, symbols, currency, and
    words in scripts without case, where a name cannot be told, are not harmless.
    """
    if token in names or token in DECISIVE_WORDS:
        return False
    return token.isalpha() and token.upper() != token


def are_opposed(left: str, right: str) -> bool:
    """Return whether two words that stand for each other may turn a sentence round.

    Both are among `OPPOSITES`, or one is the other with a prefix or suffix that turns it into its opposite.
    """
    if left in OPPOSITES and right in OPPOSITES:
        return True
    shorter, longer = sorted((left, right), key=len)
    if longer.endswith(shorter):
        return longer[: -len(shorter)] in OPPOSING_PREFIXES
    stem = shorter.removesuffix("ful")
    return any(longer == stem + suffix for suffix in OPPOSING_SUFFIXES)


_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")


def capitalised_tokens(text: str) -> frozenset[str]:
    """Return the tokens that stand capitalised somewhere in `text`: what may be a name."""
    capitalised = {word for word in _WORD.findall(text) if word[0] != word[0].lower()}
    # A plain word is its own token; to look at it as at any text takes ten times as long.
    return frozenset(
        token
        for word in capitalised
        for token in ((word.lower(),) if word.isascii() and word.isalnum() else tokens_of(word))
    )
