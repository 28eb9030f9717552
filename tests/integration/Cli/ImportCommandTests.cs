using ApiLb.IntegrationTests.Operators;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary><c>apilb import</c> of a file that comes from neither HAProxy nor nginx.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-import-");

    private string FilePath => Path.Combine(_folder.FullName, "file");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("listeners:\n  web: { bind: '*:80', pool: p }\npools:\n  p:\n    backends: [a]\n")]
    [InlineData("example.com {\n  reverse_proxy 10.0.0.1:80\n}\n")]
    [InlineData("vrrp_instance VI_1 {\n  state MASTER\n}\n")]
    [InlineData("Dear reader,\nnot every\nfile is a\nconfiguration.\n")]
    public async Task FileOfNeither_IsToldInOneLine(string content)
    {
        await File.WriteAllTextAsync(FilePath, content);

        var (exitCode, output, errors) = await ApilbCommand.RunAsync($"import {FilePath}");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Equal($"apilb import: {FilePath}: neither a haproxy.cfg, which has a section such as frontend or listen, nor an nginx.conf, which has a block such as stream; --from reads it as one all the same", errors);
    }

    [Fact]
    public async Task FileThatIsSaidToBeOne_IsReadLineByLine()
    {
        await File.WriteAllTextAsync(FilePath, "bind :6443\n");

        var (exitCode, _, errors) = await ApilbCommand.RunAsync($"import {FilePath} --from haproxy");

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{FilePath}:1: left out: bind :6443: ", errors, StringComparison.Ordinal);
    }
}
