using System.Text;
using ApiLb.Configuration;
using ApiLb.Etcd;
using ApiLb.Health;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Probing;
using Etcdserverpb;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.IntegrationTests.Etcd;

/// <summary>Odd answers, over real TLS. What etcd itself answers is in <see cref="EtcdClusterTests"/>.</summary>
public sealed class EtcdClientTests : IDisposable
{
    private readonly ClusterCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Fact]
    public async Task UsualAnswers_MakeAReading()
    {
        await using var member = await StartAsync();

        var observation = await ReadAsync(member);

        Assert.Equal((224ul, 224ul, "3.5.21", true), (observation.Reading!.MemberId, observation.Reading.LeaderId, observation.Reading.Version, observation.Reading.IsHealthy));
        Assert.Equal("m1", Assert.Single(observation.Reading.Members!).Name);
        Assert.Equal(["POST " + ScriptedMember.StatusCall, "POST " + ScriptedMember.MembersCall, "GET /metrics", "GET /readyz"], member.Requests);
    }

    [Fact]
    public async Task QuotaInTheStatus_SparesTheMetrics()
    {
        await using var member = await StartAsync();
        var status = ScriptedMember.NewStatus();
        (status.DbSize, status.DbSizeQuota) = (5, 7);
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.Message(status);

        var reading = (await ReadAsync(member)).Reading!;

        Assert.Equal((224ul, 5L, 7L), (reading.LeaderId, reading.DbSize, reading.Quota));
        Assert.DoesNotContain("GET /metrics", member.Requests);
    }

    [Fact]
    public async Task WithoutReadyz_HealthIsAsked()
    {
        await using var member = await StartAsync();
        member.Answers.Remove("/readyz");
        member.Answers["/health?exclude=NOSPACE"] = ScriptedMember.Text("""{"health":"false","reason":"RAFT NO LEADER"}""", 503);

        var reading = (await ReadAsync(member)).Reading!;

        Assert.Equal((false, "not ready: HTTP 503: RAFT NO LEADER"), (reading.IsHealthy, reading.Detail));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task WithoutGrpc_HealthIsAllThatIsKnown(int status)
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.Text("""{"error":"no"}""", status);

        var reading = (await ReadAsync(member)).Reading!;

        Assert.Equal((true, true, 0ul, $"no details: HTTP {status} for its status"), (reading.IsHealthy, reading.HasLeader, reading.LeaderId, reading.Detail));
    }

    [Theory]
    [InlineData("7", "PermissionDenied")]
    [InlineData("16", "Unauthenticated")]
    [InlineData("14", "Unavailable")]
    public async Task CallRefused_HealthIsAllThatIsKnown(string status, string word)
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.Refusal(status);

        var reading = (await ReadAsync(member)).Reading!;

        Assert.Equal((true, true, 0ul, $"no details: {word} for its status"), (reading.IsHealthy, reading.HasLeader, reading.LeaderId, reading.Detail));
    }

    [Fact]
    public async Task OneMemberHanging_DoesNotHoldUpAnother()
    {
        await using var hanging = await StartAsync();
        await using var quick = await StartAsync();
        hanging.Answers[ScriptedMember.StatusCall] = ScriptedMember.SilenceAsync;
        var options = OptionsFor(hanging) with { Members = [.. OptionsFor(hanging).Members, .. OptionsFor(quick).Members] };
        using EtcdMemberFactory factory = new(options, TimeProvider.System, NullLogger.Instance);
        var members = factory.CreateAll();
        await using var first = members[0].Reader;
        await using var second = members[1].Reader;

        var waiting = ReadAsync(first);
        Assert.NotNull((await ReadAsync(second)).Reading);

        Assert.False(waiting.IsCompleted);
        Assert.True((await waiting).IsSilence);
    }

    [Fact]
    public async Task Alarm_IsAskedAboutOnlyWhenTheStatusNamesOne()
    {
        await using var member = await StartAsync();
        var status = ScriptedMember.NewStatus();
        status.Errors.Add("memberID:224 alarm:NOSPACE ");
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.Message(status);
        member.Answers[ScriptedMember.AlarmCall] = ScriptedMember.Message(new AlarmResponse
        {
            Alarms = { new AlarmMember { MemberID = 224, Alarm = AlarmType.Nospace }, new AlarmMember { MemberID = 9, Alarm = AlarmType.Corrupt } },
        });

        Assert.Equal([new EtcdAlarm(224, EtcdAlarmKind.NoSpace), new EtcdAlarm(9, EtcdAlarmKind.Corrupt)], (await ReadAsync(member)).Reading!.Alarms);
    }

    [Theory]
    [InlineData("garbage", nameof(HealthCause.MalformedResponse))]
    [InlineData("<html>hello</html>", nameof(HealthCause.MalformedResponse))]
    [InlineData("{}", nameof(HealthCause.MalformedResponse))]
    [InlineData("", nameof(HealthCause.MalformedResponse))]
    public async Task Garbage_IsNoReading(string body, string cause)
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.Text(body);

        await AssertFailsAsync(member, cause, isSilence: false);
    }

    [Theory]
    [InlineData("", "0", 0)]
    [InlineData("\u0008", "0", 0)]
    [InlineData("not protobuf", "0", 0)]
    [InlineData("", null, 0)]
    [InlineData("", "0", 1)]
    [InlineData("", "many", 0)]
    public async Task GarbageInGrpc_IsNoReading(string message, string? status, byte compressed)
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.Frame(Encoding.UTF8.GetBytes(message), status, compressed);

        await AssertFailsAsync(member, nameof(HealthCause.MalformedResponse), isSilence: false);
    }

    [Fact]
    public async Task SomethingElseThanEtcd_IsNoReading()
    {
        await using var member = await StartAsync();
        member.Answers.Clear();

        await AssertFailsAsync(member, nameof(HealthCause.Status), isSilence: false);
    }

    [Fact]
    public async Task HugeAnswer_IsNotRead()
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.TenMebibytesAsync;

        await AssertFailsAsync(member, nameof(HealthCause.ResponseTooLarge), isSilence: false);
    }

    [Fact]
    public async Task Hanging_IsSilence()
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = ScriptedMember.SilenceAsync;

        await AssertFailsAsync(member, nameof(HealthCause.ResponseTimeout), isSilence: true);
    }

    [Fact]
    public async Task ReadinessHanging_LeavesTheRestReadable()
    {
        await using var member = await StartAsync();
        member.Answers["/readyz"] = ScriptedMember.SilenceAsync;

        var reading = (await ReadAsync(member)).Reading!;

        Assert.Equal((false, 224ul), (reading.IsHealthy, reading.LeaderId));
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var member = await StartAsync();
        member.Answers[ScriptedMember.StatusCall] = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        member.Answers.Remove("/readyz");

        await AssertFailsAsync(member, nameof(HealthCause.Status), isSilence: false);
        Assert.DoesNotContain(member.Requests, r => r.EndsWith("/elsewhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrongCa_IsUntrusted()
    {
        using ClusterCa other = new();
        await using var member = await ScriptedMember.StartAsync(other.Issue("127.0.0.1"));

        await AssertFailsAsync(member, nameof(HealthCause.UntrustedCertificate), isSilence: false);
    }

    [Fact]
    public async Task ClientCertificate_IsShownAndReadAgain()
    {
        await using var member = await ScriptedMember.StartAsync(_ca.Issue("127.0.0.1"), asksForCertificate: true);
        string? shown = null;
        member.Answers["/readyz"] = context =>
        {
            shown = context.Connection.ClientCertificate?.Subject;
            return Task.CompletedTask;
        };
        var options = WithClient(OptionsFor(member), "first");
        using EtcdMemberFactory factory = new(options, TimeProvider.System, NullLogger.Instance);
        await using var reader = factory.CreateAll()[0].Reader;

        await ReadAsync(reader);
        Assert.Equal("CN=first", shown);
        WithClient(options, "second");
        for (var checks = 0; checks < 15; checks++)
        {
            await ReadAsync(reader);
        }

        Assert.Equal("CN=second", shown);
    }

    [Fact]
    public async Task WithoutClientCertificate_TheMemberIsUnreadableAndNotSilent()
    {
        await using var member = await ScriptedMember.StartAsync(_ca.Issue("127.0.0.1"), asksForCertificate: true);

        Assert.False((await ReadAsync(member)).IsSilence);
    }

    [Fact]
    public async Task MetricsUrl_IsReadWithoutTls()
    {
        await using var member = await ScriptedMember.StartAsync(null);
        member.Answers["/metrics"] = ScriptedMember.Text("etcd_server_has_leader 1\netcd_server_id{server_id=\"e0\"} 1\netcd_server_is_leader 1\n");
        member.Answers["/health"] = ScriptedMember.Text("""{"health":"false"}""", 503);
        member.Answers["/health?exclude=NOSPACE"] = ScriptedMember.Text("""{"health":"true"}""");

        var reading = (await ReadAsync(member, MetricsFor(member))).Reading!;

        Assert.Equal((0xe0ul, true), (reading.LeaderId, reading.IsHealthy));
        Assert.Equal([new EtcdAlarm(0, EtcdAlarmKind.NoSpace)], reading.Alarms);
    }

    [Theory]
    [InlineData("go_goroutines 7\n", 200, nameof(HealthCause.MalformedResponse))]
    [InlineData("", 404, nameof(HealthCause.Status))]
    public async Task OtherMetrics_AreNoReading(string body, int status, string cause)
    {
        await using var member = await ScriptedMember.StartAsync(null);
        member.Answers["/metrics"] = ScriptedMember.Text(body, status);

        Assert.Equal(cause, (await ReadAsync(member, MetricsFor(member))).Cause.ToString());
    }

    [Fact]
    public async Task NameThatDoesNotResolve_IsNotSilence()
    {
        EtcdOptions options = new() { Members = [new EtcdMemberAddress("e1", new BackendAddress("nowhere.invalid", 2379))], CaFile = _ca.File };
        using EtcdMemberFactory factory = new(options, TimeProvider.System, NullLogger.Instance);
        await using var reader = factory.CreateAll()[0].Reader;

        var observation = await ReadAsync(reader);

        Assert.Equal((HealthCause.UnresolvedName, false), (observation.Cause, observation.IsSilence));
    }

    private Task<ScriptedMember> StartAsync() => ScriptedMember.StartAsync(_ca.Issue("127.0.0.1"));

    private async Task AssertFailsAsync(ScriptedMember member, string cause, bool isSilence)
    {
        var observation = await ReadAsync(member);

        Assert.Null(observation.Reading);
        Assert.Equal((cause, isSilence), (observation.Cause.ToString(), observation.IsSilence));
    }

    private Task<EtcdObservation> ReadAsync(ScriptedMember member) => ReadAsync(member, OptionsFor(member));

    private static async Task<EtcdObservation> ReadAsync(ScriptedMember member, EtcdOptions options)
    {
        Assert.NotEqual(0, member.Port);
        using EtcdMemberFactory factory = new(options, TimeProvider.System, NullLogger.Instance);
        await using var reader = factory.CreateAll()[0].Reader;
        return await ReadAsync(reader);
    }

    private static async Task<EtcdObservation> ReadAsync(IEtcdReader reader)
    {
        using ProbeDeadline deadline = new(TimeProvider.System, TimeSpan.FromSeconds(2), CancellationToken.None);
        return await reader.ReadAsync(deadline.Token);
    }

    private EtcdOptions OptionsFor(ScriptedMember member) =>
        new() { Members = [new EtcdMemberAddress("e1", new BackendAddress("127.0.0.1", member.Port))], CaFile = _ca.File };

    private static EtcdOptions MetricsFor(ScriptedMember member) => new() { MetricsUrls = [new Uri($"http://127.0.0.1:{member.Port}")] };

    private EtcdOptions WithClient(EtcdOptions options, string name)
    {
        var (certificate, key) = _ca.IssueClient(name);
        File.WriteAllText(_ca.PathOf("client.crt"), certificate);
        File.WriteAllText(_ca.PathOf("client.key"), key);
        return options with { ClientCertificateFile = _ca.PathOf("client.crt"), ClientKeyFile = _ca.PathOf("client.key") };
    }
}
