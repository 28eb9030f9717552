using System.Globalization;
using ApiLb.Etcd;
using ApiLb.Health;

namespace ApiLb.UnitTests.Etcd;

/// <summary>
/// Members in one word each: <c>L</c> leads, <c>F</c> follows member 1, <c>n</c> sees no leader, <c>l</c> is a learner that
/// sees the leader, <c>x</c> is silent, <c>c</c> shows a wrong certificate, <c>?</c> was not checked. A letter for each check.
/// </summary>
internal static class Seen
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static readonly EtcdObservation Silence = new(null, HealthCause.Refused, "connection refused");

    public static readonly EtcdObservation WrongCertificate = new(null, HealthCause.UntrustedCertificate, "certificate not trusted");

    /// <summary>Members e1, e2, ... on hosts 10.0.0.11, ..., after the checks that each word lists.</summary>
    public static EtcdMemberState[] Members(params string[] checks) =>
        [.. checks.Select((word, i) => word.Index().Aggregate(
            Member(i), (state, check) => check.Item == '?' ? state : state.After(Read(check.Item, i), Interval * (check.Index + 1))))];

    public static EtcdMemberState Member(int index) => new($"e{index + 1}", $"10.0.0.{11 + index}");

    /// <summary>Check after check, as the monitor does it; the last snapshot.</summary>
    public static EtcdSnapshot Cluster(params string[] checks)
    {
        var snapshot = EtcdAssessment.Assess(Members([.. checks.Select(_ => "")]), EtcdQuorum.Unknown);
        for (var length = 1; length <= checks.Max(c => c.Length); length++)
        {
            snapshot = EtcdAssessment.Assess(Members([.. checks.Select(c => c[..Math.Min(length, c.Length)])]), snapshot.Quorum);
        }

        return snapshot;
    }

    public static EtcdObservation Read(char letter, int index) => letter switch
    {
        'L' => Reading(index) with { LeaderId = Id(index) },
        'F' => Reading(index),
        'n' => Reading(index) with { LeaderId = 0, HasLeader = false },
        'l' => Reading(index) with { IsLearner = true },
        'x' => null,
        _ => default(EtcdReading?),
    } is { } reading ? EtcdObservation.Of(reading) : letter == 'c' ? WrongCertificate : Silence;

    public static EtcdReading Reading(int index) => new()
    {
        MemberId = Id(index),
        Version = "3.4.23",
        HasLeader = true,
        LeaderId = Id(0),
        RaftTerm = 2,
        RaftIndex = 100,
        RaftAppliedIndex = 100,
        DbSize = 20_480,
        DbSizeInUse = 20_480,
        IsHealthy = true,
    };

    public static ulong Id(int index) => 0xe0 + (ulong)index;

    /// <summary><c>2/3 held</c></summary>
    public static string Describe(this EtcdSnapshot etcd) =>
        string.Create(CultureInfo.InvariantCulture, $"{etcd.VotersUp}/{etcd.Voters} {etcd.Quorum}");

    public static string Kinds(this EtcdSnapshot etcd) => string.Join(' ', etcd.Conditions.Select(c => c.Subject.Length == 0 ? $"{c.Kind}" : $"{c.Kind}({c.Subject})"));
}
