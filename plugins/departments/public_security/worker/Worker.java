import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Records cases of the police for OneGrid: fetches jobs of `public_security.record_case`, writes each into a register,
 * and reports the number that it was given. Java 17, nothing but the JDK:
 *
 *     ONEGRID_URL=... ONEGRID_TOKEN=... java Worker.java cases.tsv
 *
 * A job may come twice, so the register knows each report by its idempotency key and gives the same number again.
 */
public class Worker {
    static final String TOPIC = "public_security.record_case";
    static final int WAIT_SECONDS = 10;
    static final int LOCK_SECONDS = 60;
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Host host;
    private final Register register;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    Worker(Host host, Register register) {
        this.host = host;
        this.register = register;
    }

    public static void main(String[] arguments) throws IOException {
        Worker worker = new Worker(
            new Host(setting("ONEGRID_URL"), setting("ONEGRID_TOKEN"), "java-" + ProcessHandle.current().pid()),
            new Register(Path.of(arguments.length > 0 ? arguments[0] : "cases.tsv")));
        // SIGTERM: the job in hand is reported, then the process ends
        Runtime.getRuntime().addShutdownHook(new Thread(worker::stop));
        System.out.println("ready");
        try {
            worker.run();
        } catch (Refused refused) {
            System.err.println("refused: " + refused.getMessage());
            worker.stopped.countDown();
            System.exit(1);
        }
    }

    static String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            System.err.println(name + " is not set");
            System.exit(2);
        }
        return value;
    }

    void run() throws Refused {
        try {
            while (stopping.getCount() > 0) {
                List<Object> jobs = fetch();
                for (Object job : jobs) {
                    if (stopping.getCount() > 0) {
                        perform(Json.object(job));
                    } else {
                        giveBack(Json.object(job));
                    }
                }
                if (jobs.isEmpty()) {
                    pause();
                }
            }
        } finally {
            stopped.countDown();
        }
    }

    void stop() {
        stopping.countDown();
        try {
            stopped.await(WAIT_SECONDS + 10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One at a time: a job that is only waiting here would lose its lock. */
    private List<Object> fetch() throws Refused {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("topics", List.of(Map.of("topic", TOPIC, "lock_seconds", LOCK_SECONDS)));
        wish.put("max_jobs", 1);
        wish.put("wait_seconds", WAIT_SECONDS);
        try {
            return Json.array(host.post("/jobs/fetch", wish));
        } catch (Refused refused) {
            if (!refused.passes()) {
                throw refused;
            }
            System.err.println("cannot fetch: " + refused.getMessage());
            return List.of();
        }
    }

    private void giveBack(Map<String, Object> job) throws Refused {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("lock_token", job.get("lock_token"));
        System.out.println(job.get("idempotency_key") + " release " + tell(job, "release", report));
    }

    private void perform(Map<String, Object> job) throws Refused {
        Map<String, Object> inputs = Json.object(job.get("inputs"));
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("lock_token", job.get("lock_token"));
        String how;
        try {
            Entry entry = register.record(
                Json.text(job.get("idempotency_key")), Json.text(inputs.get("kind")), Json.text(inputs.get("place")));
            if (entry.duplicate()) {
                how = "error";
                report.put("code", "DUPLICATE");
                report.put("message", "same kind, same place: " + entry.number());
                report.put("outputs", Map.of("case_number", entry.number()));
            } else {
                how = "complete";
                report.put("outputs", Map.of("case_number", entry.number(), "recorded_at", entry.at()));
            }
        } catch (IOException | RuntimeException failed) {
            how = "failure";
            report.put("message", failed.getClass().getSimpleName() + ": " + failed.getMessage());
        }
        System.out.println(job.get("idempotency_key") + " " + how + " " + tell(job, how, report));
    }

    /** Report until there is an answer: the same report again has one effect. When the lock is lost, somebody else will. */
    private String tell(Map<String, Object> job, String how, Map<String, Object> report) throws Refused {
        OffsetDateTime until = OffsetDateTime.parse(Json.text(job.get("locked_until")));
        while (true) {
            try {
                host.post("/jobs/" + job.get("id") + "/" + how, report);
                return "reported";
            } catch (Refused refused) {
                if (refused.status == 404 || refused.status == 409) {
                    return "not ours any more: " + refused.getMessage();
                }
                if (!refused.passes() || OffsetDateTime.now().isAfter(until)) {
                    throw refused;
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

/** What the register says of a report: its number, when it was written, and whether it was there under another. */
record Entry(String number, String at, boolean duplicate) { }

/** The register of cases: one line each, appended and forced to the disk, so that no number is given twice. */
class Register {
    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    private static final Duration OPEN = Duration.ofHours(24);

    private final Path file;
    private final List<String[]> lines = new ArrayList<>();

    Register(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                lines.add(line.split("\t", -1));
            }
        }
    }

    /** Return the entry of this key; a new one, unless a case of the kind was recorded at the place within a day. */
    Entry record(String key, String kind, String place) throws IOException {
        OffsetDateTime now = OffsetDateTime.now(CHINA).truncatedTo(ChronoUnit.SECONDS);
        for (String[] line : lines) {
            if (line[0].equals(key)) {
                return new Entry(line[1], line[2], false);
            }
        }
        for (String[] line : lines) {
            boolean open = OffsetDateTime.parse(line[2]).plus(OPEN).isAfter(now);
            if (open && line[3].equals(kind) && line[4].equals(clean(place))) {
                return new Entry(line[1], line[2], true);
            }
        }
        String number = String.format("PSB-%d-%06d", now.getYear(), lines.size() + 1);
        String[] line = {clean(key), number, now.toString(), clean(kind), clean(place)};
        Files.writeString(file, String.join("\t", line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND,
            StandardOpenOption.DSYNC);
        lines.add(line);
        return new Entry(number, line[2], false);
    }

    private static String clean(String text) {
        return text.replaceAll("[\\t\\r\\n]", " ");
    }
}

/** The host did not do what it was asked; status 0: it did not answer. */
class Refused extends Exception {
    private static final long serialVersionUID = 1;

    final int status;

    Refused(int status, String message) {
        super(status + " " + message);
        this.status = status;
    }

    /** Whether the same request may be answered later. */
    boolean passes() {
        return status == 0 || status == 429 || status >= 500;
    }
}

/** The worker API of OneGrid. */
class Host {
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String base;
    private final String token;
    private final String worker;

    Host(String address, String token, String worker) {
        this.base = address.replaceAll("/+$", "") + "/worker/v1";
        this.token = token;
        this.worker = worker;
    }

    /** Send a body, with the worker's name in it, and return the answer's JSON, or null when there is none. */
    Object post(String path, Map<String, Object> body) throws Refused {
        Map<String, Object> whole = new LinkedHashMap<>(body);
        whole.put("worker", worker);
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(Worker.WAIT_SECONDS + 20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(whole)))
            .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new Refused(answer.statusCode(), answer.body());
            }
            return answer.body().isBlank() ? null : Json.read(answer.body());
        } catch (IOException | IllegalArgumentException broken) {
            throw new Refused(0, broken.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Refused(0, "interrupted");
        }
    }
}

/** As much of JSON as is needed: objects are maps, arrays lists, numbers doubles. A larger program takes a library. */
class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at < text.length()) {
            throw json.wrong();
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> array(Object value) {
        return (List<Object>) value;
    }

    static String text(Object value) {
        return (String) value;
    }

    private Object value() {
        space();
        if (at >= text.length()) {
            throw wrong();
        }
        return switch (text.charAt(at)) {
            case '{' -> readObject();
            case '[' -> readArray();
            case '"' -> readText();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> readNumber();
        };
    }

    private Map<String, Object> readObject() {
        Map<String, Object> found = new LinkedHashMap<>();
        at++;
        while (!closes('}', found.isEmpty())) {
            space();
            String name = readText();
            expect(':');
            found.put(name, value());
        }
        return found;
    }

    private List<Object> readArray() {
        List<Object> found = new ArrayList<>();
        at++;
        while (!closes(']', found.isEmpty())) {
            found.add(value());
        }
        return found;
    }

    private boolean closes(char end, boolean first) {
        space();
        if (at < text.length() && text.charAt(at) == end) {
            at++;
            return true;
        }
        if (!first) {
            expect(',');
        }
        return false;
    }

    private String readText() {
        StringBuilder found = new StringBuilder();
        expect('"');
        while (at < text.length() && text.charAt(at) != '"') {
            char letter = text.charAt(at++);
            found.append(letter == '\\' ? escaped() : letter);
        }
        expect('"');
        return found.toString();
    }

    private char escaped() {
        char letter = text.charAt(at++);
        if (letter == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int place = "nrtbf".indexOf(letter);
        return place < 0 ? letter : "\n\r\t\b\f".charAt(place);
    }

    private Double readNumber() {
        int begin = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return Double.valueOf(text.substring(begin, at));
    }

    private Object word(String word, Object meaning) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return meaning;
    }

    private void expect(char wanted) {
        space();
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw wrong();
        }
        at++;
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at " + at);
    }

    static String write(Object value) {
        StringBuilder written = new StringBuilder();
        write(value, written);
        return written.toString();
    }

    private static void write(Object value, StringBuilder to) {
        if (value instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.append(comma);
                write(entry.getKey(), to);
                to.append(':');
                write(entry.getValue(), to);
                comma = ",";
            }
            to.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String comma = "[";
            for (Object item : list) {
                to.append(comma);
                write(item, to);
                comma = ",";
            }
            to.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            to.append('"');
            for (char letter : string.toCharArray()) {
                if (letter == '"' || letter == '\\' || letter < ' ') {
                    to.append(String.format("\\u%04x", (int) letter));
                } else {
                    to.append(letter);
                }
            }
            to.append('"');
        } else {
            to.append(value);
        }
    }
}
