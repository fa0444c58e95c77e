package stipple.data.emoji;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the pairs of pictures that are natural edits of each other, in both directions. */
final class EmojiEditPlan {
    private static final String RIGHT = "-200d-27a1";
    private static final Pattern SIGN = Pattern.compile("-200d-(2640|2642)");
    private static final Pattern PERSON = Pattern.compile("1f468|1f469|1f9d1");
    private static final Map<String, String> GENDERS =
            Map.of("1f468", "man", "1f469", "woman", "1f9d1", "person", "2640", "woman", "2642", "man", "", "person");
    private static final Map<String, String> CHINESE = Map.ofEntries(
            Map.entry("man", "男人"),
            Map.entry("woman", "女人"),
            Map.entry("person", "中性人物"),
            Map.entry("light", "较浅肤色"),
            Map.entry("medium-light", "中等偏浅肤色"),
            Map.entry("medium", "中等肤色"),
            Map.entry("medium-dark", "中等偏深肤色"),
            Map.entry("dark", "较深肤色"),
            Map.entry("yellow", "黄色"),
            Map.entry("red", "红色"),
            Map.entry("orange", "橙色"),
            Map.entry("green", "绿色"),
            Map.entry("blue", "蓝色"),
            Map.entry("light blue", "浅蓝色"),
            Map.entry("purple", "紫色"),
            Map.entry("brown", "棕色"),
            Map.entry("black", "黑色"),
            Map.entry("white", "白色"),
            Map.entry("grey", "灰色"),
            Map.entry("pink", "粉色"));
    private static final Pattern COLOURED = Pattern.compile(
            "(red|orange|yellow|green|light blue|blue|purple|brown|black|white|grey|pink) (heart|circle|square|apple|book)");

    private final EmojiCollection emoji;
    private final List<EmojiEdit> edits = new ArrayList<>();

    private EmojiEditPlan(EmojiCollection emoji) {
        this.emoji = emoji;
    }

    /** At most {@code perKind} edits of each kind, chosen by a hash, mixed. */
    static List<EmojiEdit> plan(EmojiCollection emoji, int perKind) {
        EmojiEditPlan all = new EmojiEditPlan(emoji);
        for (EmojiStyle style : emoji.styles()) {
            if (!style.isBlackAndWhite()) { // there a colour is only a hatching
                all.grouped(EditKind.SKIN_TONE, style, EmojiEditPlan::tone);
                all.grouped(EditKind.RECOLOUR, style, EmojiEditPlan::colour);
            }
            all.grouped(EditKind.GENDER, style, EmojiEditPlan::gender);
            all.facing(style);
            all.mirror(style);
            emoji.styles().stream().filter(other -> other != style).forEach(other -> all.style(style, other));
        }
        List<EmojiEdit> chosen = new ArrayList<>();
        for (EditKind kind : EditKind.values()) {
            all.edits.stream()
                    .filter(e -> e.kind() == kind)
                    .sorted(Comparator.comparingLong((EmojiEdit e) -> SplitRule.hash("edit|" + e.key()))
                            .thenComparing(EmojiEdit::key))
                    .limit(perKind)
                    .forEach(chosen::add);
        }
        chosen.sort(Comparator.comparingLong((EmojiEdit e) -> SplitRule.hash("mix|" + e.key()))
                .thenComparing(EmojiEdit::key));
        return chosen;
    }

    /** Emoji that share the group are equal but for the value; null where the kind does not apply. */
    private record Member(String group, String value) {}

    @FunctionalInterface
    private interface Grouping {
        Member of(EmojiEntry entry);
    }

    private void grouped(EditKind kind, EmojiStyle style, Grouping grouping) {
        Map<String, Map<String, EmojiEntry>> groups = new TreeMap<>();
        for (EmojiEntry entry : drawn(style)) {
            Member member = grouping.of(entry);
            if (member != null) {
                groups.computeIfAbsent(member.group(), g -> new TreeMap<>()).putIfAbsent(member.value(), entry);
            }
        }
        groups.values()
                .forEach(group -> group.forEach((from, source) -> group.forEach((to, target) -> {
                    if (!from.equals(to)) {
                        edits.add(new EmojiEdit(kind, source, style, target, style, to, CHINESE.get(to)));
                    }
                })));
    }

    private List<EmojiEntry> drawn(EmojiStyle style) {
        return emoji.catalog().entries().stream()
                .filter(e -> emoji.has(e.codepoints(), style))
                .toList();
    }

    private static Member tone(EmojiEntry entry) {
        if (entry.skinTone().contains("+")) {
            return null;
        }
        return new Member(entry.base(), entry.skinTone().isEmpty() ? "yellow" : entry.skinTone());
    }

    /** One person whose sign or first character says the gender; couples and families are left alone. */
    private static Member gender(EmojiEntry entry) {
        String codepoints = entry.codepoints();
        long people = PERSON.matcher(codepoints).results().count();
        Matcher sign = SIGN.matcher(codepoints);
        if (sign.find()) {
            return people > 1 ? null : new Member(sign.replaceFirst(""), GENDERS.get(sign.group(1)));
        }
        if (people == 1 && PERSON.matcher(codepoints).lookingAt()) {
            return new Member("P" + codepoints.substring(5), GENDERS.get(codepoints.substring(0, 5)));
        }
        return people == 0
                        && entry.group().equals("people-body")
                        && entry.label().startsWith("person")
                ? new Member(codepoints, "person")
                : null;
    }

    private static Member colour(EmojiEntry entry) {
        Matcher label = COLOURED.matcher(entry.label());
        return label.matches() ? new Member(label.group(2), label.group(1)) : null;
    }

    private void facing(EmojiStyle style) {
        for (EmojiEntry right : drawn(style)) {
            if (right.codepoints().endsWith(RIGHT)) {
                String codepoints =
                        right.codepoints().substring(0, right.codepoints().length() - RIGHT.length());
                EmojiEntry left = emoji.catalog().byCodepoints(codepoints);
                if (left != null && emoji.has(codepoints, style)) {
                    edits.add(new EmojiEdit(EditKind.FACING, left, style, right, style, "right", "右"));
                    edits.add(new EmojiEdit(EditKind.FACING, right, style, left, style, "left", "左"));
                }
            }
        }
    }

    private void mirror(EmojiStyle style) {
        for (EmojiEntry entry : drawn(style)) {
            if (entry.skinTone().isEmpty() && !entry.group().equals("flags")) {
                edits.add(new EmojiEdit(EditKind.MIRROR, entry, style, entry, style, "", ""));
            }
        }
    }

    private void style(EmojiStyle from, EmojiStyle to) {
        EditKind kind = from.isBlackAndWhite() && !to.isBlackAndWhite() ? EditKind.COLOURISE : EditKind.STYLE;
        for (EmojiEntry entry : drawn(from)) {
            if (emoji.has(entry.codepoints(), to)) {
                edits.add(new EmojiEdit(kind, entry, from, entry, to, to.phrase(), to.chinese()));
            }
        }
    }
}
