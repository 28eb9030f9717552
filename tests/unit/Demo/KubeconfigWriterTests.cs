using System.Text;
using ApiLb.Demo;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ApiLb.UnitTests.Demo;

public sealed class KubeconfigWriterTests
{
    [Fact]
    public void Format_LeadsTheCurrentContextToTheServerWithItsCa()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(KubeconfigWriter.Format("https://127.0.0.1:6443", "PEM\n")));

        var root = yaml.Documents[0].RootNode;
        Assert.Equal("apilb-demo", (string?)root["current-context"]);
        Assert.Equal("https://127.0.0.1:6443", (string?)root["clusters"][0]["cluster"]["server"]);
        var ca = (string?)root["clusters"][0]["cluster"]["certificate-authority-data"];
        Assert.Equal("PEM\n", Encoding.ASCII.GetString(Convert.FromBase64String(ca!)));
    }

    [Fact]
    public async Task Write_MakesAFileThatOnlyItsOwnerReads()
    {
        using var directory = new DemoDirectory();

        await KubeconfigWriter.WriteAsync(directory.Kubeconfig, "https://x", "PEM", TestContext.Current.CancellationToken);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory.Kubeconfig));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Path));
        }
    }

    [Fact]
    public void Dispose_RemovesTheDirectory()
    {
        var directory = new DemoDirectory();
        File.WriteAllText(directory.CaFile, "PEM");

        directory.Dispose();

        Assert.False(Directory.Exists(directory.Path));
    }
}
