using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.Cli.Init;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Discovery;
using ApiLb.IntegrationTests.Operators;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Kubernetes.Introduction;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary><c>apilb init</c> against apiservers that say the right thing, the wrong thing, and nothing.</summary>
public sealed class InitCommandTests : IAsyncLifetime
{
    private const string Token = "abcdef.0123456789abcdef";
    private const string ClusterInfo = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

    private readonly ClusterCa _ca = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-init-");
    private ScriptedCluster _cluster = null!;

    private string Folder => Path.Combine(_folder.FullName, "etc");

    private string ConfigurationPath => Path.Combine(Folder, "apilb.yaml");

    private string CaPath => Path.Combine(Folder, "ca.crt");

    private string Endpoint => _cluster.EndPoint.ToString();

    private string[] Required => ["init", "--directory", Folder, "--endpoints", Endpoint, "--discovery-token-ca-cert-hash", PinOf(_ca)];

    public async ValueTask InitializeAsync()
    {
        _cluster = await ScriptedCluster.StartAsync(_ca, "127.0.0.1");
        Tell(KubeconfigOf(_ca.Pem));
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ca.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task RightHashAndToken_WriteAConfigurationThatIsValid()
    {
        var (code, output) = await ApilbCommand.SayAsync([.. Required, "--token", Token]);

        Assert.True(code == 0, output);
        Assert.Contains("is signed by token abcdef", output, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", output.Replace(PinOf(_ca), "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(_ca.Pem, (await File.ReadAllTextAsync(CaPath)).TrimEnd());
        var result = await ConfigurationFile.LoadAsync(ConfigurationPath, CancellationToken.None);
        Assert.Empty(ConfigurationReport.Lines(result));
        Assert.Equal(Endpoint, result.Options!.Pools[0].Backends.Single().Name);
        Assert.Equal("api.example.com:6443", result.Options.Pools[0].ControlPlaneEndpoint!.ToString());
        Assert.All(_cluster.Authorizations, a => Assert.Equal("", a));
    }

    [Fact]
    public async Task DryRun_PrintsBothFilesAndWritesNone()
    {
        var (code, output) = await ApilbCommand.SayAsync([.. Required, "--dry-run"]);

        Assert.True(code == 0, output);
        Assert.Contains($"==> {CaPath} <==", output, StringComparison.Ordinal);
        Assert.Contains($"      - {Endpoint}", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("apilb.yaml")]
    public async Task FileThatIsThere_StaysAndNobodyIsAsked(string file)
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, file), "mine");

        await AssertFailsAsync(Required, $"{Path.Combine(Folder, file)} is there already, and nothing is ever overwritten");

        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Folder, file)));
        Assert.Single(Directory.GetFiles(Folder));
        Assert.Empty(_cluster.Requests);
    }

    [Fact]
    public async Task ConfigurationAsItWasInstalled_IsReplaced()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(ConfigurationPath, await InitialConfiguration.LoadShippedAsync());

        var (code, output) = await ApilbCommand.SayAsync(Required);

        Assert.True(code == 0, output);
        Assert.Contains($"      - {Endpoint}", await File.ReadAllTextAsync(ConfigurationPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralHashes_AreAlternatives()
    {
        using var next = new ClusterCa();

        var (code, output) = await ApilbCommand.SayAsync([.. Required, "--discovery-token-ca-cert-hash", PinOf(next), "--discovery"]);

        Assert.True(code == 0, output);
        Assert.Contains("apilb kubeconfig --out", output, StringComparison.Ordinal);
        Assert.Contains("    discovery: { kubernetes:", await File.ReadAllTextAsync(ConfigurationPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiserverThatIsDown_IsPassedOver()
    {
        var (code, output) = await ApilbCommand.SayAsync(With("--endpoints", $"127.0.0.1:1,{Endpoint},cp3=127.0.0.1:2"));

        Assert.True(code == 0, output);
        Assert.Contains("127.0.0.1:1: 127.0.0.1:1: ConnectionRefused", output, StringComparison.Ordinal);
        Assert.Contains("cp3=127.0.0.1:2: warning: not seen as part of this cluster yet", output, StringComparison.Ordinal);
        Assert.Equal(3, (await ConfigurationFile.LoadAsync(ConfigurationPath, CancellationToken.None)).Options!.Pools[0].Backends.Count);
    }

    [Fact]
    public async Task NobodyThere_FailsAndWritesNothing() =>
        await AssertFailsAsync(With("--endpoints", "127.0.0.1:1"), "nobody could be asked for the cluster's CA");

    [Fact]
    public async Task WrongHash_IsToldBesideTheRightOne()
    {
        using var other = new ClusterCa();

        await AssertFailsAsync(With("--discovery-token-ca-cert-hash", PinOf(other)), $"its CA has the hash {PinOf(_ca)}, which was not given");
    }

    [Fact]
    public async Task ForeignServerWithTheRightCaInItsHand_IsNotBelieved()
    {
        using var thief = new ClusterCa();
        await using var foreign = await ScriptedCluster.StartAsync(thief, "127.0.0.1");
        foreign.Lists[ClusterInfo] = _cluster.Lists[ClusterInfo];

        await AssertFailsAsync(With("--endpoints", foreign.EndPoint.ToString()), "is not one of the cluster's CA");
    }

    [Fact]
    public async Task SecondAnswerThatDiffers_IsNotBelieved()
    {
        var asked = 0;
        _cluster.Lists[ClusterInfo] = context => ScriptedCluster.Json(MapOf(KubeconfigOf(_ca.Pem, Interlocked.Increment(ref asked) == 1 ? "a" : "b")))(context);

        await AssertFailsAsync(Required, "was another one when it was read again");
    }

    [Fact]
    public async Task CertificateForAnotherName_IsNotBelieved()
    {
        await using var misnamed = await ScriptedCluster.StartAsync(_ca, "10.96.0.1");
        misnamed.Lists[ClusterInfo] = _cluster.Lists[ClusterInfo];

        await AssertFailsAsync(With("--endpoints", misnamed.EndPoint.ToString()), "the certificate does not cover 127.0.0.1");
    }

    [Fact]
    public async Task ExpiredCertificate_IsToldByItsDates()
    {
        await using FakeApiserver expired = new(_ca.IssueExpired("127.0.0.1")) { Answer = Answers.Status(200, MapOf(KubeconfigOf(_ca.Pem))) };

        await AssertFailsAsync(With("--endpoints", $"127.0.0.1:{expired.Port}"), ", not now");
    }

    [Fact]
    public async Task UnknownToken_HasExpired() =>
        await AssertFailsAsync([.. Required, "--token", "fedcba.0123456789abcdef"], "is not signed by token fedcba: the token has expired");

    [Fact]
    public async Task TokenWithAnotherSecret_DoesNotVerify() =>
        await AssertFailsAsync([.. Required, "--token", "abcdef.fedcba9876543210"], "the signature of its cluster-info by token abcdef is wrong");

    [Theory]
    [InlineData(404, "it has no ConfigMap kube-public/cluster-info")]
    [InlineData(403, "it does not let strangers read kube-public/cluster-info (status 403")]
    [InlineData(401, "it does not let strangers read kube-public/cluster-info (status 401")]
    [InlineData(503, "status 503")]
    public async Task Refusal_IsExplained(int status, string message)
    {
        _cluster.Lists[ClusterInfo] = ScriptedCluster.Status(status);

        await AssertFailsAsync(Required, message);
    }

    [Theory]
    [InlineData("not json", "not the JSON that was asked for")]
    [InlineData("{}", "holds no kubeconfig")]
    [InlineData("""{"data":{"kubeconfig":"clusters: []"}}""", "names 0 clusters")]
    public async Task Nonsense_IsExplained(string body, string message)
    {
        _cluster.Lists[ClusterInfo] = ScriptedCluster.Json(body);

        await AssertFailsAsync(Required, message);
    }

    [Fact]
    public async Task PlainHttpServer_IsNoTls()
    {
        await using FakeApiserver plain = new(certificate: null)
        {
            Raw = async (socket, stop) => await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), stop),
        };

        await AssertFailsAsync(With("--endpoints", $"127.0.0.1:{plain.Port}"), "TLS handshake failed");
    }

    [Theory]
    [InlineData("--token", "abcdef.tooshort", "--token: this is not ID.SECRET")]
    [InlineData("--discovery-token-ca-cert-hash", "sha256:12", "is not sha256: and 64 hexadecimal digits")]
    [InlineData("--endpoints", "https://10.0.0.11:6443", "--endpoints: \"https://10.0.0.11:6443\" is a URL")]
    public async Task WrongArgument_IsExplained(string option, string value, string message) => await AssertFailsAsync(With(option, value), message);

    private static string PinOf(ClusterCa ca)
    {
        using var certificate = X509Certificate2.CreateFromPem(ca.Pem);
        return PublicKeyPin.Of(certificate).ToString();
    }

    private static string KubeconfigOf(string pem, string name = "") =>
        $$"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: "{{name}}"
          cluster:
            server: https://api.example.com:6443
            certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(pem))}}
        contexts: null
        current-context: ""
        users: null

        """;

    /// <summary>The ConfigMap, signed as the controller manager's bootstrap signer does.</summary>
    private static string MapOf(string kubeconfig)
    {
        var header = Encode("""{"alg":"HS256","kid":"abcdef"}""");
        var signature = HMACSHA256.HashData("0123456789abcdef"u8, Encoding.ASCII.GetBytes($"{header}.{Encode(kubeconfig)}"));
        var text = System.Text.Json.JsonEncodedText.Encode(kubeconfig);
        return $$$"""{"data":{"kubeconfig":"{{{text}}}","jws-kubeconfig-abcdef":"{{{header}}}..{{{System.Buffers.Text.Base64Url.EncodeToString(signature)}}}"}}""";
    }

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private void Tell(string kubeconfig) => _cluster.Lists[ClusterInfo] = ScriptedCluster.Json(MapOf(kubeconfig));

    /// <summary>The required arguments with one of them changed, or one more.</summary>
    private string[] With(string option, string value)
    {
        var arguments = Required.ToList();
        var at = arguments.IndexOf(option);
        if (at >= 0)
        {
            arguments.RemoveRange(at, 2);
        }

        return [.. arguments, option, value];
    }

    private async Task AssertFailsAsync(string[] arguments, string message)
    {
        var before = Directory.Exists(Folder) ? Directory.GetFiles(Folder).Length : 0;

        var (code, output) = await ApilbCommand.SayAsync(arguments);

        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.Equal(1, code);
        Assert.Equal(before, Directory.Exists(Folder) ? Directory.GetFiles(Folder).Length : 0);
    }
}
