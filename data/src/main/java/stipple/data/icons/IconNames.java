package stipple.data.icons;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.data.StableHash;
import stipple.data.build.SetDescription;

/** What the names of icons say: the thing in words, and which icons show no thing. */
final class IconNames {
    /** Things that training never sees in any style. */
    static final String UNSEEN_ICON = "unseen_icon";

    /** Fixes what is held out, in all sets of icons alike. */
    static final String SALT = "stipple-icons-1";

    private static final double UNSEEN_SHARE = 0.04;
    /** Parts of names that mark signs of user interfaces, which show nothing, and brands, which are somebody's. */
    private static final Pattern SIGN = Pattern.compile(
            "(^|-)(align|alignment|arrow|arrows|border|brackets|bring|caret|column|cursor|distribute|file|fill|filter|grid"
                    + "|indent|layout|list|logo|margin|menu|merge|number|page|paragraph|row|rows|select|selection|send|sort"
                    + "|split|subtract|table|text|toggle|workflow|zoom|wordpress|facebook|google|twitter|github|tiktok"
                    + "|instagram|youtube|wechat|alipay|adobe|android|apple|bitcoin|abstract|airbnb|amazon|behance"
                    + "|bitbucket|blogger|codepen|discord|dribbble|dropbox|ebay|evernote|figma|firefox|flickr|foursquare"
                    + "|gitlab|gmail|ios|ipad|ipados|iphone|kickstarter|linkedin|macos|mastercard|microsoft|netflix|nintendo"
                    + "|paypal|pinterest|playstation|quora|reddit|shopify|skype|slack|snapchat|soundcloud|spotify"
                    + "|stackoverflow|stumbleupon|telegram|trello|tumblr|twitch|ubuntu|vimeo|vk|whatsapp|wikipedia|xbox"
                    + "|yahoo|yelp)(-|$)");
    /** Endings that number the drawings of one thing, or give a size. */
    private static final Pattern NUMBERED = Pattern.compile("-(\\d+|one|two|three|four|five|alt)$");
    /** A word to read, and no more than fit into a caption. */
    private static final Pattern USABLE = Pattern.compile("(?=.*[a-z]{3})[a-z0-9'.& -]{3,64}");
    /** Sides of one icon drawn for several sizes, in pixels. */
    private static final Set<Integer> SIZES = Set.of(12, 16, 20, 24, 28, 32, 36, 40, 48, 64);

    private static final Pattern NUMBER = Pattern.compile("-(\\d{1,4})$");

    private IconNames() {}

    /** True for signs of user interfaces and for brands. */
    static boolean isSign(String slug) {
        return SIGN.matcher(slug).find();
    }

    /** True if the words can stand in a caption. */
    static boolean isUsable(String words) {
        return USABLE.matcher(words).matches();
    }

    /** The slug without the number behind it. */
    static String stem(String slug) {
        return NUMBERED.matcher(slug).replaceFirst("");
    }

    /** The slug as words, without the number behind it. */
    static String words(String slug) {
        return stem(slug).replace('-', ' ');
    }

    /** The number behind a slug, 0 without one. */
    static int number(String slug) {
        Matcher number = NUMBER.matcher(slug);
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }

    /** The shard family of a thing. */
    static String family(String words) {
        return StableHash.share(SALT, words) < UNSEEN_SHARE ? UNSEEN_ICON : SetDescription.TRAIN;
    }

    /** Those that are smaller drawings of others in the list: same slug but for its number, and the numbers are sizes. */
    static <T> Set<T> smaller(List<T> icons, Function<T, String> slug) {
        Map<String, Map<Integer, T>> bySize = new HashMap<>();
        for (T icon : icons) {
            String name = slug.apply(icon);
            int number = number(name);
            if (SIZES.contains(number)) {
                bySize.computeIfAbsent(NUMBER.matcher(name).replaceFirst(""), s -> new HashMap<>())
                        .put(number, icon);
            }
        }
        Set<T> smaller = new HashSet<>();
        bySize.values().forEach(sizes -> {
            int largest = sizes.keySet().stream().max(Integer::compare).orElseThrow();
            sizes.forEach((size, icon) -> {
                if (size < largest) {
                    smaller.add(icon);
                }
            });
        });
        return smaller;
    }
}
