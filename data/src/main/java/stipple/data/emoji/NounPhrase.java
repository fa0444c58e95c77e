package stipple.data.emoji;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The label of an emoji as an English noun phrase.
 *
 * @param article {@code a}, {@code an}, {@code the} or "" where English has none (plurals, mass nouns, names)
 * @param noun the phrase without article, such as {@code woman with red hair and medium skin tone}
 */
record NounPhrase(String article, String noun) {
    /** Labels that are not nouns, or say too little, and what is drawn. */
    private static final Map<String, String> REWRITTEN = Map.ofEntries(
            Map.entry("locked", "locked padlock"),
            Map.entry("unlocked", "unlocked padlock"),
            Map.entry("locked with pen", "locked padlock with pen"),
            Map.entry("locked with key", "locked padlock with key"),
            Map.entry("foggy", "foggy city"),
            Map.entry("multiply", "multiplication sign"),
            Map.entry("divide", "division sign"),
            Map.entry("plus", "plus sign"),
            Map.entry("minus", "minus sign"),
            Map.entry("prohibited", "prohibition sign"),
            Map.entry("registered", "registered trademark sign"),
            Map.entry("trade mark", "trademark sign"),
            Map.entry("copyright", "copyright sign"),
            Map.entry("radioactive", "radioactive sign"),
            Map.entry("biohazard", "biohazard sign"),
            Map.entry("warning", "warning sign"),
            Map.entry("wireless", "wireless symbol"),
            Map.entry("information", "information sign"),
            Map.entry("infinity", "infinity symbol"),
            Map.entry("high voltage", "high voltage sign"),
            Map.entry("customs", "customs sign"),
            Map.entry("om", "om symbol"),
            Map.entry("rolling on the floor laughing", "face rolling on the floor laughing"),
            Map.entry("star-struck", "star-struck face"),
            Map.entry("dizzy", "dizzy symbol"),
            Map.entry("bald", "bald head"),
            Map.entry("dashing away", "puff of dust from dashing away"),
            Map.entry("vibration mode", "vibration mode sign"),
            Map.entry("horse racing", "horse race"),
            Map.entry("water closet", "water closet sign"),
            Map.entry("restroom", "restroom sign"),
            Map.entry("men's room", "men's room sign"),
            Map.entry("women's room", "women's room sign"),
            Map.entry("construction", "construction barrier"),
            Map.entry("mate", "cup of mate"),
            Map.entry("ZZZ", "ZZZ symbol"),
            Map.entry("hundred points", "hundred points symbol"),
            Map.entry("children crossing", "children crossing sign"),
            Map.entry("potable water", "potable water sign"),
            Map.entry("non-potable water", "non-potable water sign"),
            Map.entry("baggage claim", "baggage claim sign"),
            Map.entry("left luggage", "left luggage sign"),
            Map.entry("passport control", "passport control sign"),
            Map.entry("currency exchange", "currency exchange sign"),
            Map.entry("mount fuji", "mount Fuji"));

    private static final Set<String> MASS = Set.of(
            "bread",
            "flatbread",
            "bacon",
            "popcorn",
            "butter",
            "salt",
            "spaghetti",
            "sushi",
            "oden",
            "sake",
            "ice",
            "garlic",
            "broccoli",
            "food",
            "rice",
            "wood",
            "fog",
            "fire",
            "tea",
            "soap",
            "yarn",
            "thread",
            "dna",
            "luggage",
            "meat",
            "milk",
            "liquid",
            "water",
            "coral",
            "tennis",
            "bowling",
            "badminton",
            "lacrosse",
            "hockey",
            "camping",
            "money",
            "polish",
            "hair",
            "pong",
            "cooking",
            "fondue",
            "Fuji");

    private static final Set<String> NAMES = Set.of("Claus");

    private static final Set<String> UNIQUE = Set.of("milky way", "Statue of Liberty", "Tokyo tower", "kaaba");

    private static final Set<String> IRREGULAR_PLURALS =
            Set.of("people", "skis", "men", "women", "children", "teeth", "feet");

    /** Singular nouns that end in s besides those in -ss, -us and -is. */
    private static final Set<String> SINGULAR_S = Set.of("rhinoceros", "lens", "canvas", "gas", "atlas", "series");

    /** Words behind which the head noun has already been said. */
    private static final Set<String> AFTER_HEAD = Set.of(
            "with",
            "without",
            "of",
            "in",
            "on",
            "at",
            "by",
            "behind",
            "and",
            "for",
            "from",
            "to",
            "or",
            "under",
            "over",
            "beside",
            "pointed",
            "tilted",
            "fluttering",
            "up",
            "down");

    private static final Map<String, String> PLURALS = Map.of(
            "man",
            "men",
            "woman",
            "women",
            "boy",
            "boys",
            "girl",
            "girls",
            "adult",
            "adults",
            "child",
            "children",
            "person",
            "people");

    /** Reads a CLDR label. */
    static NounPhrase of(EmojiEntry entry) {
        String label = entry.label().replace('’', '\'').replaceAll("[“”]", "\"").replace("Mrs. ", "Mrs ");
        int colon = label.indexOf(": ");
        String head = colon < 0 ? label : label.substring(0, colon);
        List<String> tones = new ArrayList<>();
        List<String> details = new ArrayList<>();
        if (colon >= 0) {
            for (String part : label.substring(colon + 2).split(", ")) {
                if (part.endsWith(" skin tone")) {
                    tones.add(part.substring(0, part.length() - " skin tone".length()));
                } else {
                    details.add(part);
                }
            }
        }
        NounPhrase base = details.isEmpty() ? simple(head, entry) : detailed(head, details);
        return tones.isEmpty() ? base : base.withTones(tones);
    }

    /** The phrase with its article. */
    String full() {
        return article.isEmpty() ? noun : article + " " + noun;
    }

    private NounPhrase withTones(List<String> tones) {
        String joiner = noun.contains(" with ") ? (tones.size() == 1 ? " and " : ", ") : " with ";
        String tone = tones.size() == 1 ? tones.get(0) + " skin tone" : String.join(" and ", tones) + " skin tones";
        return new NounPhrase(article, noun + joiner + tone);
    }

    private static NounPhrase detailed(String head, List<String> details) {
        String first = details.get(0);
        return switch (head) {
            case "flag" -> new NounPhrase("the", "flag of " + String.join(", ", details));
            case "keycap" -> keycap(first);
            case "kiss" -> new NounPhrase("", members(details) + " kissing");
            case "couple with heart" -> new NounPhrase("a", "couple of " + members(details) + " with heart");
            case "family" -> new NounPhrase("a", "family of " + members(details));
            default -> {
                String noun = switch (first) {
                    case "bald" -> "bald " + head;
                    case "beard" -> head + " with a beard";
                    case "facing right" -> head + " facing right";
                    default -> head + " with " + String.join(" and ", details);
                };
                yield new NounPhrase("a", noun);
            }
        };
    }

    private static NounPhrase keycap(String symbol) {
        return new NounPhrase(
                "a",
                switch (symbol) {
                    case "#" -> "keycap with the hash sign";
                    case "*" -> "keycap with an asterisk";
                    default -> "keycap with the number " + symbol;
                });
    }

    /** {@code man, woman, boy, boy} as {@code a man, a woman and two boys}. */
    private static String members(List<String> members) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        members.forEach(m -> counts.merge(m, 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((member, count) -> parts.add(
                count == 1 ? indefinite(member) + " " + member : "two " + PLURALS.getOrDefault(member, member + "s")));
        if (parts.size() == 1) {
            return parts.get(0);
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.getLast();
    }

    private static NounPhrase simple(String label, EmojiEntry entry) {
        String noun = REWRITTEN.getOrDefault(label, label);
        if (entry.subgroup().equals("time") && (label.endsWith("o'clock") || label.endsWith("-thirty"))) {
            return new NounPhrase("a", "clock showing " + label);
        }
        if (entry.subgroup().equals("zodiac")) {
            noun = label + " zodiac sign";
        } else if (entry.subgroup().equals("skin-tone")) {
            noun = label + " swatch";
        } else if (label.startsWith("no ")) {
            noun = label + " sign";
        } else if (label.startsWith("input ")) {
            noun = "button for " + label.substring("input ".length());
        }
        if (UNIQUE.contains(noun)) {
            return new NounPhrase("the", noun);
        }
        String head = headWord(noun);
        if (NAMES.contains(head) || MASS.contains(head) || isPlural(head)) {
            return new NounPhrase("", noun);
        }
        return new NounPhrase(indefinite(noun), noun);
    }

    /** The last word before a preposition or a participle. */
    private static String headWord(String noun) {
        String[] words = noun.split(" ");
        String head = words[0];
        for (int i = 1; i < words.length; i++) {
            if (AFTER_HEAD.contains(words[i]) || words[i].endsWith("ing")) {
                break;
            }
            head = words[i];
        }
        return head;
    }

    private static boolean isPlural(String head) {
        if (IRREGULAR_PLURALS.contains(head)) {
            return true;
        }
        return head.length() > 3
                && head.endsWith("s")
                && !head.endsWith("ss")
                && !head.endsWith("us")
                && !head.endsWith("is")
                && !SINGULAR_S.contains(head);
    }

    /** {@code a} or {@code an} by the sound that the phrase starts with. */
    static String indefinite(String phrase) {
        String word = phrase.replaceAll("^[^A-Za-z0-9]+", "").split("[ -]")[0];
        if (word.isEmpty()) {
            return "a";
        }
        if (word.length() == 1) { // a letter by its name: an x-ray, a t-shirt
            return "AEFHILMNORSXaefhilmnorsx8".contains(word) ? "an" : "a";
        }
        if (word.matches("SOS|NG|RSS|MRI")) {
            return "an";
        }
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.matches("(uni|use|usu|eu|ewe|one\\b|ufo|uku).*")) {
            return "a";
        }
        return lower.matches("([aeiou]|hour|honest|heir|8|11|18).*") ? "an" : "a";
    }
}
