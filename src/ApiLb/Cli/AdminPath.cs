using System.Globalization;
using System.Text;

namespace ApiLb.Cli;

/// <summary>A path of the admin API with its parameters, escaped.</summary>
internal sealed class AdminPath(string path)
{
    private readonly StringBuilder _text = new(path);

    private bool _hasParameters;

    /// <summary>Adds a parameter; null: leaves it out.</summary>
    public AdminPath With(string name, object? value)
    {
        if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
        {
            _text.Append(_hasParameters ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(text));
            _hasParameters = true;
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
