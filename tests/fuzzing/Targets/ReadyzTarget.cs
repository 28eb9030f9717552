using System.Net;
using System.Text;
using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// The body of <c>/readyz</c>, which may empty a pool: it must mean the same to a second, plainer reading of the same text, and one more
/// failing check must never make an apiserver look better. Also what etcd members answer to the same question.
/// </summary>
internal sealed class ReadyzTarget : IFuzzTarget
{
    private const string Failing = "[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n[+]poststarthook/start-kube-apiserver-admission-initializer ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n";

    public string Name => "readyz";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            Failing, "ok", "", "[-]shutdown failed: reason withheld\n", "[+]ping ok\r\n[-]etcd failed\r\n[-]etcd-readiness failed\r\n", "{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}", "Internal Server Error",
            "[+]serializable_read ok\n[-]linearizable_read failed: etcdserver: request timed out\n", "{\"header\":{\"member_id\":\"1\"},\"leader\":\"2\",\"isLearner\":true}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "[-]", "[+]", "\n", "\r\n", " ", "shutdown", "etcd", "etcd-readiness", " failed: reason withheld\n", "[-]shutdown ", "[-]etcd ", "\u001b[2J", "\u202e", "\ud83d\ude00", "é", "\0", "{", "}", "\"reason\":", "\"\\ud800\"",
        "{\"reason\":null}", ":", "\"leader\":\"0\"", "\"header\":", "[", "]", "true", "1e5",
    ];

    public void Try(byte[] input)
    {
        var verdict = AnswerVerdict.FromApiserver(HttpStatusCode.InternalServerError, input, isWhole: true);
        var failing = Encoding.Latin1.GetString(input).Split('\n').Where(l => l.StartsWith("[-]", StringComparison.Ordinal)).Select(l => l[3..].Split(' ', '\r')[0]).ToArray();
        var expected = failing is ["shutdown"] ? (HealthEvidence.ShuttingDown, HealthCause.ShuttingDown)
            : failing.Length > 0 && failing.All(f => f is "etcd" or "etcd-readiness") ? (HealthEvidence.NotReady, HealthCause.EtcdUnready)
            : (HealthEvidence.NotReady, HealthCause.Status);
        FuzzFailedException.Unless((verdict.Report.Evidence, verdict.Report.Cause) == expected, $"{verdict.Report}, but [{string.Join(", ", failing)}] fail", input);
        CheckWords(verdict, input);
        CheckWords(AnswerVerdict.FromApiserver(HttpStatusCode.InternalServerError, input, isWhole: false), input);

        var worse = AnswerVerdict.FromApiserver(HttpStatusCode.InternalServerError, [.. input, .. "\n[-]x failed\n"u8], isWhole: true).Report;
        FuzzFailedException.Unless(worse is { Evidence: HealthEvidence.NotReady, Cause: HealthCause.Status }, $"with one more failing check it is {worse}", input);

        CheckWords(EtcdVerdict.FromReadiness(HttpStatusCode.ServiceUnavailable, input), input);
        if (EtcdVerdict.FromStatus(HttpStatusCode.OK, input) is { } etcd)
        {
            FuzzFailedException.Unless(etcd.Report.Evidence == HealthEvidence.NotReady, $"a status makes it {etcd.Report}", input);
            CheckWords(etcd, input);
        }
    }

    private static void CheckWords(ProbeVerdict verdict, byte[] input) =>
        FuzzFailedException.Unless(
            verdict.Report.Detail.Length is > 0 and < 400 && !verdict.Report.Detail.Any(c => char.IsControl(c) || char.IsSurrogate(c)), $"says \"{verdict.Report.Detail}\"", input);
}
