using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.Kubernetes.Introduction;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Kubernetes.Introduction;

public sealed class PinnedClusterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _ca = NewCa(Now.AddYears(10));
    private readonly X509Certificate2 _other = NewCa(Now.AddYears(10));

    public void Dispose()
    {
        _ca.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void PinnedCa_IsRecognised()
    {
        Assert.True(Recognise(KubeconfigOf(_ca), _ca).TryGet(out var cluster, out _));

        Assert.Equal("https://api.example.com:6443/", cluster.Cluster.Server!.ToString());
        Assert.Equal(_ca.ExportCertificatePem(), cluster.Authority);
    }

    [Fact]
    public void OfTwoCas_OnlyThePinnedOneVouches()
    {
        Assert.True(Recognise(KubeconfigOf(_other, _ca), _ca).TryGet(out var cluster, out _));

        Assert.Equal(_ca.ExportCertificatePem(), cluster.Authority);
        Assert.Contains(_other.ExportCertificatePem(), cluster.Cluster.Authority, StringComparison.Ordinal);
    }

    [Fact]
    public void OneOfSeveralPins_IsEnough() => Assert.True(Recognise(KubeconfigOf(_ca), _other, _ca).TryGet(out _, out _));

    [Fact]
    public void AnotherCa_IsToldByItsHash() =>
        Assert.Contains($"its CA has the hash {PublicKeyPin.Of(_other)}, which was not given", FailureOf(KubeconfigOf(_other)), StringComparison.Ordinal);

    [Fact]
    public void ExpiredCa_IsNotTrusted()
    {
        using var expired = NewCa(Now.AddDays(-1));

        Assert.False(Recognise(KubeconfigOf(expired), expired).TryGet(out _, out var failure));
        Assert.Contains("2026-04-30 12:00:00Z, not now", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "names 0 clusters instead of one")]
    [InlineData("clusters: [{}, {}]", "names 2 clusters instead of one")]
    [InlineData("clusters: [{cluster: {}}]", "has no certificate-authority-data")]
    [InlineData("clusters: [{cluster: {certificate-authority-data: '?'}}]", "that is not base64")]
    [InlineData("clusters: [{cluster: {certificate-authority-data: Q0E=}}]", "holds no PEM certificate")]
    [InlineData("clusters: [", "line ")]
    public void UselessKubeconfig_SaysWhy(string kubeconfig, string problem) =>
        Assert.Contains(problem, FailureOf(kubeconfig), StringComparison.Ordinal);

    [Fact]
    public void AnyText_IsRefusedWithoutAnException() =>
        Prop.ForAll<string?>(text => !Recognise(text ?? "", _ca).TryGet(out _, out _)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF", true)]
    [InlineData("SHA256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("sha256:0123456789abcdef", false)]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg", false)]
    [InlineData("", false)]
    public void Pin_IsSha256AndHex(string text, bool isPin) => Assert.Equal(isPin, PublicKeyPin.TryParse(text, out _));

    private static string KubeconfigOf(params X509Certificate2[] cas)
    {
        var pem = string.Join('\n', cas.Select(c => c.ExportCertificatePem()));
        return $"clusters: [{{name: '', cluster: {{server: 'https://api.example.com:6443', certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(pem))}}}}}]";
    }

    private static ApiLb.Kubernetes.KubernetesAnswer<PinnedCluster> Recognise(string kubeconfig, params X509Certificate2[] pinned) =>
        PinnedCluster.Recognise(kubeconfig, [.. pinned.Select(PublicKeyPin.Of)], Now);

    private string FailureOf(string kubeconfig) => Recognise(kubeconfig, _ca).TryGet(out _, out var failure) ? "" : failure.Detail;

    private static X509Certificate2 NewCa(DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddYears(-1), notAfter);
    }
}
