using System.Text;
using ApiLb.Configuration;
using ApiLb.Import;
using ApiLb.UnitTests.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Import;

/// <summary>
/// Whole files and what becomes of them: <c>Cases/NAME.cfg</c> or <c>.conf</c>, and beside it <c>NAME.yaml</c>. Written in the manner of
/// what kubeadm, kubespray and OpenShift use. After a change on purpose, write the new answer with <c>apilb import</c>, and read it.
/// </summary>
public sealed class ImportCaseTests
{
    private static readonly string Folder = RepositoryFolder.PathTo("tests", "unit", "Import", "Cases");

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Folder).Where(f => !f.EndsWith(".yaml", StringComparison.Ordinal)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void File_BecomesWhatIsWrittenBesideIt(string name)
    {
        var expected = File.ReadAllText(Path.Combine(Folder, Path.ChangeExtension(name, ".yaml")));

        Assert.Equal(expected, Import(name).Yaml);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Result_PassesCheck(string name)
    {
        var yaml = Import(name).Yaml!;

        var result = ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(yaml));

        Assert.Empty(result.Errors);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryLineLeftOut_StandsInTheResult(string name)
    {
        var result = Import(name);

        var comments = string.Join(' ', result.Yaml!.Split('\n').Select(l => l.TrimStart(' ', '#')));
        Assert.All(result.LeftOut, note => Assert.Contains(note.Reason, comments, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kubeadm.cfg", false)]
    [InlineData("kubespray-manner.cfg", false)]
    [InlineData("openshift-installation-manner.cfg", false)]
    [InlineData("openshift-host-manner.cfg", true)]
    [InlineData("typical-keepalived.cfg", false)]
    [InlineData("nginx-simple.conf", false)]
    [InlineData("typical-listen.cfg", true)]
    [InlineData("left-out.cfg", true)]
    public void CommonFiles_AreCarriedOverWhole(string name, bool isAnythingLeftOut) => Assert.Equal(isAnythingLeftOut, Import(name).LeftOut.Any());

    private static ImportResult Import(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name));
        var source = new ImportSource(name, text, "/etc/apilb/ca.crt", variable => variable switch
        {
            "LISTEN" => "127.0.0.1",
            "SERVERS" => "10.10.0.1:6443 weight 2",
            _ => null,
        });
        return ConfigurationImport.Run(ConfigurationImport.Detect(text)!.Value, source);
    }
}
