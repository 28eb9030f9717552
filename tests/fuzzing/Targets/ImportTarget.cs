using System.Text;
using ApiLb.Configuration;
using ApiLb.Import;

namespace ApiLb.Fuzzing.Targets;

/// <summary>A haproxy.cfg or an nginx.conf. Whatever it holds is a result; what is made of it passes <c>apilb check</c>; each note is harmless and says of which line it speaks.</summary>
/// <param name="format">As which it is read.</param>
/// <param name="name">Of the target.</param>
/// <param name="files">Real ones.</param>
internal sealed class ImportTarget(ImportFormat format, string name, string files) : IFuzzTarget
{
    public string Name => name;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. FuzzCorpus.Texts(files, "tests", "unit", "Import", "Cases").Select(Encoding.UTF8.GetBytes)];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "\"", "'", "\\", "\\x", "${", "${A[*]}", "$A", "}", "{", "#", ";", "\n", "\t", " ", ":", "::", "[", "]", "/", "@", "-", ",", "0", "99999999999", "-1", "\0", "\u2028",
        "\u001b", "\r", "\f", "\u0085", "no ", "unless ", "if ", "|| ", "!", "src ", "0.0.0.0/0 ", "::/0 ", "1.2.3.4/33 ", "*:0 ", "*:6443 ", "frontend ", "backend ", "listen ", "defaults ", "from ",
        "global\n", ".if\n", ".endif\n", "server ", "bind ", "default_backend ", "24d ", "2147483647 ", "é", "\ud83d\ude00", "upstream x {", "stream {", "server {", "map $ssl_preread_server_name $x {",
        "proxy_pass x;", "proxy_pass $x;", "listen 443;", "include *;", "default x;", "hostnames;", "~^a$ ", "unix:/a", "weight=", "max_fails=", "backup", "10s", "option ", "check ", "inter ", "maxconn ", "send-proxy-v2 ",
    ];

    public int Cost => 10;

    public void Try(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var result = ConfigurationImport.Run(format, new ImportSource("fuzz", text, "/etc/apilb/ca.crt", variable => variable == "A" ? "10.0.0.1 x" : null));
        var lines = text.AsSpan().Count('\n') + 1;
        foreach (var note in result.Notes)
        {
            FuzzFailedException.Unless(note.Line >= 0 && note.Line <= lines && note.Reason.Length > 0, $"a note about line {note.Line} of {lines}: {note}", input);
            FuzzFailedException.Unless(!note.ToString().Any(char.IsControl), $"a note that could control a terminal: {note}", input);
        }

        if (result.Yaml is not { } yaml)
        {
            return;
        }

        var check = ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(yaml));
        FuzzFailedException.Unless(check.IsValid, $"what was made does not pass: {string.Join("; ", ConfigurationReport.Lines(check))}", input);
        _ = ConfigurationImport.Detect(text);
    }
}
